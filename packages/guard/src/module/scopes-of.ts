import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { SETTINGS } from './injection-tokens.js';
import { Protection } from '../protection/protection.js';
import { ResourceMetadataController } from './resource-metadata.controller.js';
import { isAudience } from '../token/audience.js';
import { type MappedRoute, mappedRoutes } from './mapped-routes.js';
import { requiredScopes, requirementsOf } from '../route/requirements.js';
import { checkOptionNames, type OptionNames } from '../settings/option-names.js';
import type { BearerSettings } from '../settings/bearer-settings.js';

/** The scopes that a route needs. */
export interface RouteScopes {
  /** `GET`, `POST` …, or `ALL`. */
  readonly method: string;
  /** With the prefix of the service, and the version if it is in the path: `/api/v1/contacts/:id`. */
  readonly path: string;
  /** The version, if it is in a header or a media type. */
  readonly version?: string;
  /** All of these are needed; empty for a public route, and for one that needs a token without a scope. */
  readonly scopes: readonly string[];
  /** From each list, one scope is needed; absent if there are no such lists. */
  readonly anyScopes?: readonly (readonly string[])[];
}

/** The routes of a service with their scopes, for `eyrie scopes import` and `eyrie scopes check`. */
export interface ScopeManifest {
  /** The identifier of the protected resource: the audience of its tokens. */
  readonly resource: string;
  /** Its name for people; absent if not given. */
  readonly name?: string;
  /** Descriptions for scopes that the server does not know yet; absent if there are none. */
  readonly descriptions?: Readonly<Record<string, string>>;
  readonly routes: readonly RouteScopes[];
}

export interface ScopesOfOptions {
  /** The resource whose routes are listed: an audience of `forRoot` or of `forFeature`. Default: the first of `forRoot`. */
  resource?: string;
  /** The name of the service for people. */
  name?: string;
  /** Descriptions of scopes for the consent page. */
  descriptions?: Readonly<Record<string, string>>;
}

const optionNames: OptionNames<ScopesOfOptions> = { resource: true, name: true, descriptions: true };

/**
 * Lists the HTTP routes of a protected resource with the scopes that they need. The service must have been created, with
 * its prefix and versioning set, but need not listen. Each feature with its own audience is a separate resource.
 *
 * @throws {TypeError} if the service uses its own TokenVerifier and `resource` is not given, or an option is unknown
 * @example
 * ```ts
 * const app = await NestFactory.create(AppModule, { logger: false });
 * await writeFile('scopes.json', JSON.stringify(scopesOf(app), null, 2));
 * ```
 */
export function scopesOf(app: INestApplicationContext, options: ScopesOfOptions = {}): ScopeManifest {
  checkOptionNames('scopesOf', options, optionNames);
  const { name, descriptions } = options;
  const audiences = audiencesOf(app);
  const resource = options.resource ?? audiences[0];
  if (resource === undefined)
    throw new TypeError('scopesOf: resource is needed without BearerModule.forRoot');
  const protection = app.get(Protection, { strict: false });
  const isService = isAudience(audiences, resource) || !isAudience(protection.ownAudiences, resource);
  return {
    resource,
    ...(name === undefined ? {} : { name }),
    ...(descriptions === undefined ? {} : { descriptions }),
    routes: mappedRoutes(app)
      .filter(({ controller }) => controller !== ResourceMetadataController)
      .filter(({ controller }) => {
        const own = protection.partsFor(controller).audience;
        return own === undefined ? isService : isAudience(own, resource);
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

/** The audiences of the service, its own identifier first; empty if it uses its own TokenVerifier. */
function audiencesOf(app: INestApplicationContext): readonly string[] {
  for (const { providers } of app.get(ModulesContainer).values()) {
    const settings = providers.get(SETTINGS)?.instance as Partial<BearerSettings> | undefined;
    if (settings?.issuers === undefined || settings.audience === undefined) continue;
    return [settings.audience, ...settings.issuers.flatMap(({ audience }) => audience)];
  }
  return [];
}
