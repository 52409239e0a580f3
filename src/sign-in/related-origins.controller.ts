import { Controller, Get, Header, Inject, NotFoundException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { relatedOrigins } from './related-origins.js';

/**
 * Tells browsers which origins may use passkeys of this domain. "The RP ID's origin must host a JSON document at the webauthn well-known
 * URL" (WebAuthn Level 3 §5.11). It is public.
 */
@ApiExcludeController()
@Controller(endpoints.relatedOrigins)
export class RelatedOriginsController {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  @Get()
  @Header('cache-control', 'public, max-age=3600')
  list(): { readonly origins: readonly string[] } {
    const origins = relatedOrigins(this.settings);
    if (origins.length === 0) throw new NotFoundException();
    return { origins };
  }
}
