import { Injectable } from '@nestjs/common';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';
import type { NamedScope } from '../views/consent-page-models.js';

/** Says what scopes mean. */
@Injectable()
export class NamedScopes {
  constructor(private readonly catalogue: ResourceCatalogue) {}

  /** The scopes in the same order, each with its description. */
  async name(scopes: readonly string[]): Promise<NamedScope[]> {
    return Promise.all(
      scopes.map(async (name) => ({ name, description: await this.catalogue.describe(name) })),
    );
  }
}
