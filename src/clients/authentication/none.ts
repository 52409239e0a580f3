import { Injectable } from '@nestjs/common';
import type { RecognisingMethod } from './method.js';

/** A public client: the request names it by `client_id`, without authentication (RFC 6749 §3.2.1). */
@Injectable()
export class NoAuthentication implements RecognisingMethod {
  readonly name = 'none';

  recognises(): boolean {
    return true;
  }
}
