import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { Client } from '../persistence/entities/client.entity.js';
import {
  boundsOf,
  type ClientBounds,
  isScopeWithinBounds,
  isWithinBounds,
} from '../protocol/client-bounds.js';
import { parseScope } from '../protocol/scope.js';
import { DetailTypes } from '../resource/authorization-details/detail-types.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';

/** What a client may have at most: what it is registered for, within its bounds. */
export interface Reach extends Pick<ClientBounds, 'maxTokenTtlSeconds' | 'requiresDpop'> {
  readonly scopes: readonly string[];
  readonly authorizationDetailsTypes: readonly string[];
}

/** The reach of a client without the bounds of all agents and those of resources, where nothing is issued by it. */
export const registeredReach = (client: Client): Reach => ({
  ...ownBounds(client),
  scopes: parseScope(client.scope),
  authorizationDetailsTypes: client.authorizationDetailsTypes,
});

/** Says what clients may have within their bounds. */
@Injectable()
export class ClientReach {
  constructor(
    private readonly catalogue: ResourceCatalogue,
    private readonly types: DetailTypes,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'agents' | 'issuer'>,
  ) {}

  async of(client: Client): Promise<Reach> {
    const bounds = boundsOf(
      {
        isAgent: client.eyrieAgent,
        registeredItself: client.registrationTokenHash !== null || client.documentFetchedAt !== null,
        own: ownBounds(client),
      },
      this.settings.agents,
    );
    const reach = { ...registeredReach(client), ...bounds };
    if (bounds.resources === undefined) return reach;
    return {
      ...reach,
      scopes: await this.scopesWithin(bounds, reach.scopes),
      authorizationDetailsTypes: await this.typesWithin(bounds, reach.authorizationDetailsTypes),
    };
  }

  private async scopesWithin(bounds: ClientBounds, scopes: readonly string[]): Promise<string[]> {
    const { issuer } = this.settings;
    const isWithin = await Promise.all(
      scopes.map(async (scope) => {
        const resource = (await this.catalogue.resourceOf(scope))?.identifier;
        return isScopeWithinBounds(bounds, scope, { resource, issuer });
      }),
    );
    return scopes.filter((_scope, index) => isWithin[index]);
  }

  /** A type that belongs to no resource may be heeded by any, so it is within no bounds. */
  private async typesWithin(bounds: ClientBounds, types: readonly string[]): Promise<string[]> {
    if (types.length === 0) return [];
    const known = await this.types.all();
    return types.filter((type) => isWithinBounds(bounds, known.get(type)?.resource));
  }
}

const ownBounds = (client: Client): ClientBounds => ({
  maxTokenTtlSeconds: client.eyrieMaxTokenTtl ?? undefined,
  resources: client.eyrieAllowedResources ?? undefined,
  requiresDpop: client.eyrieRequireDpop,
});
