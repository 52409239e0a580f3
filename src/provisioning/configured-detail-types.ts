import { Injectable } from '@nestjs/common';
import { memberChanges } from '../audit/member-changes.js';
import { AuthorizationDetailsTypesStore } from '../persistence/stores/authorization-details-types.store.js';
import type { DetailTypeDefinition } from '../resource/authorization-details/definition.js';
import {
  detailTypeChanges,
  DetailTypeRegistration,
} from '../resource/authorization-details/detail-type-registration.js';
import type { Configuration } from './configuration-file.js';
import {
  actor,
  type ConfiguredKind,
  deletionOf,
  type PlannedItem,
  planEach,
  planOf,
} from './configured-kind.js';

const kind = 'authorization details type';

/** The types of authorization details of files. */
@Injectable()
export class ConfiguredDetailTypes implements ConfiguredKind {
  readonly section = 'authorization_details_types';

  constructor(
    private readonly store: AuthorizationDetailsTypesStore,
    private readonly registration: DetailTypeRegistration,
  ) {}

  plan({ authorization_details_types: types }: Configuration): Promise<PlannedItem[]> {
    return planEach(types, (type) => this.planOne(type));
  }

  async surplus({ authorization_details_types: types }: Configuration): Promise<PlannedItem[]> {
    const named = new Set(types.map(({ type }) => type));
    const others = (await this.store.all()).filter(({ type }) => !named.has(type));
    return others.map(({ type }) =>
      deletionOf({ kind, name: type, perform: () => this.registration.delete(type, actor) }),
    );
  }

  async exported(): Promise<object[]> {
    return (await this.store.all()).map(({ type, members }) => ({ type, ...members }));
  }

  private async planOne(given: DetailTypeDefinition): Promise<PlannedItem> {
    const { type: name, ...members } = given;
    const perform = (): Promise<unknown> => this.registration.put(given, actor);
    const present = await this.store.find(name);
    if (present) return planOf({ kind, name, perform }, detailTypeChanges(present, given));
    return { kind, name, outcome: 'created', changes: memberChanges({}, members) ?? {}, perform };
  }
}
