import type { BearerError } from './bearer-error.js';

/** Converts errors for contexts other than HTTP, whose filters in Nest handle only their own exceptions. */
export interface RefusalExceptions {
  /** For example `(refusal) => new WsException(refusal.getResponse())`. */
  ws?: (refusal: BearerError) => Error;
  /** For example `(refusal) => new RpcException(refusal.getResponse())`. */
  rpc?: (refusal: BearerError) => Error;
}
