import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { JWK } from 'jose';
import { endpoints } from '../config/endpoints.js';
import { KeyRing } from './key-ring.js';
import { keySetMaxAgeSeconds } from './next-key.js';

/** The public keys of this issuer (RFC 7517 §5). For anybody. */
@ApiExcludeController()
@Controller(endpoints.jwks)
export class JwksController {
  constructor(private readonly keyRing: KeyRing) {}

  @Get()
  @Header('Content-Type', 'application/jwk-set+json; charset=utf-8')
  @Header('Cache-Control', `public, max-age=${keySetMaxAgeSeconds}`)
  async jwks(): Promise<{ keys: readonly JWK[] }> {
    return { keys: await this.keyRing.published() };
  }
}
