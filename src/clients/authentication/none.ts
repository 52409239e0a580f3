import { Injectable } from '@nestjs/common';
import type { RecognisingMethod } from './method.js';

/** A public client names itself and proves nothing (RFC 6749 §3.2.1). */
@Injectable()
export class NoAuthentication implements RecognisingMethod {
  readonly name = 'none';

  recognises(): boolean {
    return true;
  }
}
