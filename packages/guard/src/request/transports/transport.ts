import type { ExecutionContext } from '@nestjs/common';
import type { Carrier } from '../carrier.js';

/** A kind of call that Nest knows, and the place of the token in it. */
export interface Transport {
  /** Its name in Nest: the result of `getType()`. */
  readonly type: string;
  /** What a service must do if its calls have no place for a token. */
  readonly remedy: string;
  /** Finds the place; `undefined` if there is none. It is recognised by its shape, so that no library is needed. */
  carrierOf(context: ExecutionContext): Carrier | undefined;
}
