import { Injectable } from '@nestjs/common';
import { AuthorizationDetailsTypesStore } from '../persistence/stores/authorization-details-types.store.js';
import { DetailTypeRegistration } from '../resource/authorization-details/detail-type-registration.js';
import type { Configuration } from './configuration-file.js';
import type { Section } from './sections.js';
import type { Intention, PartCheck } from './part-check.js';
import type { Problem } from './problems.js';

/** Checks the types of authorization details of a configuration, and that those of its clients exist. */
@Injectable()
export class DetailTypeCheck implements PartCheck {
  constructor(
    private readonly store: AuthorizationDetailsTypesStore,
    private readonly registration: DetailTypeRegistration,
  ) {}

  async problems(configuration: Configuration, { prune }: Pick<Intention, 'prune'>): Promise<Problem[]> {
    const { authorization_details_types: types } = configuration;
    const problems: Problem[] = [];
    for (const [index, type] of types.entries())
      for (const { member, reason } of await this.registration.problems(type))
        problems.push({ path: ['authorization_details_types', index, member], reason });
    const isNamed = configuration.clients.some(({ authorization_details_types: named }) => named?.length);
    return isNamed ? [...problems, ...(await this.ofClients(configuration, prune))] : problems;
  }

  private async ofClients(
    { clients, authorization_details_types: types }: Configuration,
    prune: readonly Section[],
  ): Promise<Problem[]> {
    const kept = prune.includes('authorization_details_types') ? [] : await this.store.all();
    const known = new Set([...types, ...kept].map(({ type }) => type));
    return clients.flatMap(({ authorization_details_types: named = [] }, index) =>
      named.flatMap((type, place) =>
        known.has(type)
          ? []
          : [
              {
                path: ['clients', index, 'authorization_details_types', place],
                reason: 'is not a type of authorization details',
              },
            ],
      ),
    );
  }
}
