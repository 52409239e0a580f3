import { Injectable } from '@nestjs/common';
import { memberChanges } from '../audit/member-changes.js';
import { defined } from '../clients/client-changes.js';
import { AttributeDefinitions } from '../directory/attributes/attribute-definitions.js';
import { definitionChanges } from '../directory/attributes/definition-rules.js';
import { type PutAttributeDto, toPutAttribute } from '../directory/attributes/attributes.dto.js';
import { AttributesStore } from '../persistence/stores/attributes.store.js';
import type { Configuration } from './configuration-file.js';
import {
  actor,
  type ConfiguredKind,
  deletionOf,
  type PlannedItem,
  planEach,
  planOf,
} from './configured-kind.js';

/** The attributes of users that files define. */
@Injectable()
export class ConfiguredAttributes implements ConfiguredKind {
  readonly section = 'attributes';

  constructor(
    private readonly store: AttributesStore,
    private readonly definitions: AttributeDefinitions,
  ) {}

  plan({ attributes }: Configuration): Promise<PlannedItem[]> {
    return planEach(attributes, (attribute) => this.planOne(attribute));
  }

  async surplus({ attributes }: Configuration): Promise<PlannedItem[]> {
    const named = new Set(attributes.map(({ name }) => name));
    const others = (await this.store.all()).filter(({ name }) => !named.has(name));
    return others.map(({ name }) =>
      deletionOf({ kind: 'attribute', name, perform: () => this.definitions.delete(name, actor) }),
    );
  }

  async exported(): Promise<object[]> {
    return (await this.store.all()).map((definition) =>
      Object.fromEntries(Object.entries(toPutAttribute(definition)).filter(([, value]) => value !== null)),
    );
  }

  private async planOne(attribute: PutAttributeDto): Promise<PlannedItem> {
    const { name, ...members } = attribute;
    const kind = 'attribute';
    const perform = (): Promise<unknown> => this.definitions.put(attribute, actor);
    const present = await this.store.find(name);
    if (!present) {
      const changes = memberChanges({}, defined(members)) ?? {};
      return { kind, name, outcome: 'created', changes, perform };
    }
    return planOf({ kind, name, perform }, definitionChanges(present, attribute));
  }
}
