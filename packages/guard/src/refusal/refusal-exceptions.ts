import type { BearerError } from './bearer-error.js';

/** What a refusal is thrown as beyond HTTP, where Nest's filters know only exceptions of their own. */
export interface RefusalExceptions {
  /** For instance `(refusal) => new WsException(refusal.getResponse())`. */
  ws?: (refusal: BearerError) => Error;
  /** For instance `(refusal) => new RpcException(refusal.getResponse())`. */
  rpc?: (refusal: BearerError) => Error;
}
