import { Injectable } from '@nestjs/common';
import { memberChanges } from '../audit/member-changes.js';
import { type ClaimRuleDefinition, ClaimRules, toClaimRule, toDefinition } from '../directory/claim-rules.js';
import { ClaimRulesStore } from '../persistence/stores/claim-rules.store.js';
import { rulesOf } from './claim-entries.js';
import type { Configuration } from './configuration-file.js';
import {
  actor,
  type ConfiguredKind,
  deletionOf,
  type PlannedItem,
  planEach,
  planOf,
} from './configured-kind.js';

/** The rules about claims of files. */
@Injectable()
export class ConfiguredClaims implements ConfiguredKind {
  readonly section = 'claims';

  constructor(
    private readonly store: ClaimRulesStore,
    private readonly rules: ClaimRules,
  ) {}

  plan({ claims }: Configuration): Promise<PlannedItem[]> {
    return planEach(claims.flatMap(rulesOf), (rule) => this.planOne(rule));
  }

  async surplus({ claims }: Configuration): Promise<PlannedItem[]> {
    const named = new Set(claims.flatMap(rulesOf).map(({ name }) => name));
    const others = (await this.store.all()).filter(({ name }) => !named.has(name));
    return others.map(({ id, name }) =>
      deletionOf({ kind: 'claim', name, perform: () => this.rules.delete(id, actor) }),
    );
  }

  async exported(): Promise<object[]> {
    return (await this.store.all()).map((rule) =>
      Object.fromEntries(Object.entries(toDefinition(rule)).filter(([, value]) => value !== null)),
    );
  }

  private async planOne(rule: ClaimRuleDefinition): Promise<PlannedItem> {
    const { name } = rule;
    const kind = 'claim';
    const { name: _name, ...members } = toDefinition({ ...toClaimRule(rule), name });
    const present = await this.store.findByName(name);
    if (!present) {
      const changes = memberChanges({}, members) ?? {};
      return { kind, name, outcome: 'created', changes, perform: () => this.rules.create(rule, actor) };
    }
    const perform = (): Promise<unknown> => this.rules.update(present.id, members, actor);
    return planOf({ kind, name, perform }, memberChanges(toDefinition(present), members));
  }
}
