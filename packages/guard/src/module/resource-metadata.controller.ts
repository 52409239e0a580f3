import { Controller, Get, Header, Inject, NotFoundException, Req, VERSION_NEUTRAL } from '@nestjs/common';
import type { CarrierRequest } from '../request/credentials.js';
import { METADATA_PATH, type ResourceMetadata } from '../settings/resource-metadata.js';
import { Public } from '../decorators/public.decorator.js';
import { RESOURCE_METADATA } from './injection-tokens.js';

/**
 * Serves the metadata of the protected resource (RFC 9728 §3), at the URL in challenges, and without the path of the identifier, where
 * clients of MCP look too. A service with a
 * global prefix must exclude it: `app.setGlobalPrefix('api', { exclude: ['.well-known/*path'] })`.
 */
@Public()
@Controller({ path: METADATA_PATH, version: VERSION_NEUTRAL })
export class ResourceMetadataController {
  readonly #metadata: ResourceMetadata;

  constructor(@Inject(RESOURCE_METADATA) metadata: ResourceMetadata) {
    this.#metadata = metadata;
  }

  // The path of the identifier follows the well-known path. In every version of Nest's routing syntax, this serves up to three segments.
  @Get(['', ':a', ':a/:b', ':a/:b/:c'])
  @Header('Cache-Control', 'public, max-age=300')
  @Header('Access-Control-Allow-Origin', '*')
  describe(@Req() request: CarrierRequest): Readonly<Record<string, unknown>> {
    const [path] = (request.originalUrl ?? request.url ?? '').split('?', 1);
    if (path !== this.#metadata.path && path !== METADATA_PATH) throw new NotFoundException();
    return this.#metadata.document;
  }
}

// The same as @ApiExcludeController() of @nestjs/swagger, which a service may not have installed.
Reflect.defineMetadata('swagger/apiExcludeController', [true], ResourceMetadataController);
