import { Injectable } from '@nestjs/common';
import type { UnspokenMethod } from './method.js';

/** A public client names itself and proves nothing (RFC 6749 §3.2.1). */
@Injectable()
export class NoAuthentication implements UnspokenMethod {
  readonly name = 'none';

  verify(): boolean {
    return true;
  }
}
