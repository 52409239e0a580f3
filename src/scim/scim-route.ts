import { RequireScopes } from '@eyrie/guard';
import { applyDecorators, Header } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import { scimScope } from '../resource/rights.js';

/** The media type of SCIM (RFC 7644 §8.1). */
export const scimMediaType = 'application/scim+json; charset=utf-8';

/** An operation of SCIM: guarded by its scope. Its documents describe it, so that the OpenAPI document of the admin API does not. */
export const ScimRoute = (): MethodDecorator =>
  applyDecorators(
    RequireScopes(scimScope),
    Header('Content-Type', scimMediaType),
    Header('Cache-Control', 'no-store'),
    ApiExcludeEndpoint(),
  );
