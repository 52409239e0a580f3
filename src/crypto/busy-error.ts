import { ServiceUnavailableException } from '@nestjs/common';

/** Work that was not done because too much of it is waiting. It is answered with 503 and Retry-After. */
export class BusyError extends ServiceUnavailableException {
  constructor(readonly retryAfterSeconds: number) {
    super('too many requests of this kind are waiting: try again in a few seconds');
  }
}
