import { Injectable } from '@nestjs/common';
import type { Parameters } from '../../protocol/parameters.js';
import { invalidTarget, parseResources } from '../../protocol/resource-indicator.js';
import { isWithin } from '../../protocol/scope.js';
import { ResourceCatalogue } from '../../resource/resource-catalogue.js';

/** Where an access token is to be used, and for what. */
export interface Target {
  readonly scopes: readonly string[];
  /** The resources that its audience is limited to; null where its scopes alone decide. */
  readonly resources: readonly string[] | null;
}

/** Resource indicators at the token endpoint (RFC 8707 §2.2). */
@Injectable()
export class Targets {
  constructor(private readonly catalogue: ResourceCatalogue) {}

  /**
   * What a token request makes of what may be had: the named resources and their scopes, or all of it where none is named.
   * @param scopes those that may be had
   * @param granted the resources that were granted; null where the scopes alone decide
   * @throws OAuthError invalid_target when a resource is malformed, unknown, or was not granted
   */
  async resolve(
    parameters: Parameters,
    scopes: readonly string[],
    granted: readonly string[] | null,
  ): Promise<Target> {
    const named = parameters.all('resource');
    if (named.length === 0) return { scopes, resources: granted };
    const resources = parseResources(named);
    if (granted && !isWithin(resources, granted))
      throw invalidTarget('a resource is not among those that were granted');
    return { scopes: await this.catalogue.scopesAt(scopes, resources), resources };
  }
}
