import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { SETTINGS } from './bearer.module.js';
import { Protection } from '../protection/protection.js';
import { ResourceMetadataController } from './resource-metadata.controller.js';
import { type MappedRoute, mappedRoutes } from './mapped-routes.js';
import { requiredScopes, requirementsOf } from '../route/requirements.js';
import type { BearerSettings } from '../settings/bearer-settings.js';

/** The scopes that a route needs. */
export interface RouteScopes {
  /** `GET`, `POST` …, or `ALL`. */
  readonly method: string;
  /** With the prefix of the service, and with the version where it stands in the path: `/api/v1/contacts/:id`. */
  readonly path: string;
  /** The version, where it stands in a header or a media type. */
  readonly version?: string;
  /** Needed all of them; none for a route that is open, or needs no more than a token. */
  readonly scopes: readonly string[];
  /** Lists of which one scope each is needed; left out where there are none. */
  readonly anyScopes?: readonly (readonly string[])[];
}

/** What a service asks for, as JSON: for `eyrie scopes import` and `eyrie scopes check`. */
export interface ScopeManifest {
  /** The identifier of the protected resource: the audience of its tokens. */
  readonly resource: string;
  /** What people know it by; left out where the service does not say. */
  readonly name?: string;
  /** Words for scopes that the server does not know yet, by scope; left out where there are none. */
  readonly descriptions?: Readonly<Record<string, string>>;
  readonly routes: readonly RouteScopes[];
}

export interface ScopesOfOptions {
  /** Whose routes are listed: the service, or an audience of `BearerModule.forFeature`. Default: the first of `forRoot`. */
  resource?: string;
  /** What people know the service by. */
  name?: string;
  /** What scopes permit, in words for the consent page. */
  descriptions?: Readonly<Record<string, string>>;
}

/**
 * Lists the HTTP routes of a protected resource with the scopes that they need. The service must have been created, its
 * prefix and its versioning set; it need not listen. Where features have audiences of their own, each is a resource by itself.
 *
 * @throws {TypeError} when the service verifies by a TokenVerifier of its own and `resource` is not given
 * @example
 * ```ts
 * const app = await NestFactory.create(AppModule, { logger: false });
 * await writeFile('scopes.json', JSON.stringify(scopesOf(app), null, 2));
 * ```
 */
export function scopesOf(app: INestApplicationContext, options: ScopesOfOptions = {}): ScopeManifest {
  const { name, descriptions } = options;
  const audiences = audiencesOf(app);
  const resource = options.resource ?? audiences[0];
  if (resource === undefined)
    throw new TypeError('scopesOf: resource is needed without BearerModule.forRoot');
  const protection = app.get(Protection, { strict: false });
  const isService = audiences.includes(resource) || !protection.ownAudiences.has(resource);
  return {
    resource,
    ...(name === undefined ? {} : { name }),
    ...(descriptions === undefined ? {} : { descriptions }),
    routes: mappedRoutes(app)
      .filter(({ controller }) => controller !== ResourceMetadataController)
      .filter(({ controller }) => {
        const own = protection.of(controller).audience;
        return own?.includes(resource) ?? isService;
      })
      .map(routeScopes),
  };
}

function routeScopes({ method, path, version, controller, handler }: MappedRoute): RouteScopes {
  const requirements = requirementsOf(controller, handler);
  const any = requirements.flatMap((one) => (one.kind === 'any-scope' ? [one.scopes] : []));
  return {
    method,
    path,
    ...(version === undefined ? {} : { version }),
    scopes: requiredScopes(requirements),
    ...(any.length === 0 ? {} : { anyScopes: any }),
  };
}

/** Whom tokens for the service must be meant for, its own identifier first; none where a TokenVerifier of its own knows. */
function audiencesOf(app: INestApplicationContext): readonly string[] {
  for (const { providers } of app.get(ModulesContainer).values()) {
    const settings = providers.get(SETTINGS)?.instance as Partial<BearerSettings> | undefined;
    if (settings?.issuers === undefined || settings.audience === undefined) continue;
    return [settings.audience, ...settings.issuers.flatMap(({ audience }) => audience)];
  }
  return [];
}
