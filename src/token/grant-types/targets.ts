import { Injectable } from '@nestjs/common';
import type { Parameters } from '../../protocol/parameters.js';
import { invalidTarget, parseResources } from '../../protocol/resource-indicator.js';
import { isWithin } from '../../protocol/scope.js';
import { ResourceCatalogue } from '../../resource/resource-catalogue.js';

/** The scopes and the resources of an access token. */
export interface Target {
  readonly scopes: readonly string[];
  /** The resources that the audience is limited to; null if the scopes alone decide. */
  readonly resources: readonly string[] | null;
}

/** Resource indicators at the token endpoint (RFC 8707 §2.2). */
@Injectable()
export class Targets {
  constructor(private readonly catalogue: ResourceCatalogue) {}

  /**
   * Narrows the allowed scopes to the resources that the request names. If it names none, nothing is narrowed.
   * @param scopes the allowed scopes
   * @param granted the granted resources; null if the scopes alone decide
   * @throws OAuthError invalid_target if a resource is malformed, unknown or not granted
   */
  async resolve(
    parameters: Parameters,
    scopes: readonly string[],
    granted: readonly string[] | null,
  ): Promise<Target> {
    const named = parameters.all('resource');
    if (named.length === 0) return { scopes, resources: granted };
    const resources = parseResources(named);
    if (granted && !isWithin(resources, granted)) throw invalidTarget('a resource was not granted');
    return { scopes: await this.catalogue.scopesAt(scopes, resources), resources };
  }
}
