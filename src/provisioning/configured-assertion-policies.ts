import { Injectable } from '@nestjs/common';
import { memberChanges } from '../audit/member-changes.js';
import type { PutAssertionPolicyDto } from '../clients/assertion-policies/assertion-policies.dto.js';
import {
  AssertionPolicyRegistration,
  policyChanges,
} from '../clients/assertion-policies/assertion-policy-registration.js';
import { defined } from '../clients/client-changes.js';
import { AssertionPoliciesStore } from '../persistence/stores/assertion-policies.store.js';
import type { Configuration } from './configuration-file.js';
import {
  actor,
  type ConfiguredKind,
  deletionOf,
  type PlannedItem,
  planEach,
  planOf,
} from './configured-kind.js';

const kind = 'assertion policy';

/** The assertion policies of files. */
@Injectable()
export class ConfiguredAssertionPolicies implements ConfiguredKind {
  readonly section = 'assertion_policies';

  constructor(
    private readonly policies: AssertionPoliciesStore,
    private readonly registration: AssertionPolicyRegistration,
  ) {}

  plan(configuration: Configuration): Promise<PlannedItem[]> {
    return planEach(configuration.assertion_policies, async (policy: PutAssertionPolicyDto) => {
      const { name, ...members } = policy;
      const item = { kind, name, perform: () => this.registration.put(policy, actor) } as const;
      const present = await this.policies.find(name);
      if (present) return planOf(item, policyChanges(present, policy));
      return { ...item, outcome: 'created', changes: memberChanges({}, defined(members)) ?? {} };
    });
  }

  async surplus({ assertion_policies: named }: Configuration): Promise<PlannedItem[]> {
    const names = new Set(named.map(({ name }) => name));
    return (await this.policies.list())
      .filter(({ name }) => !names.has(name))
      .map(({ name }) => deletionOf({ kind, name, perform: () => this.registration.delete(name, actor) }));
  }

  async exported(): Promise<object[]> {
    const all = await this.policies.list();
    return all.map(({ name, enabled, clientId, members }) => ({
      name,
      enabled,
      client_id: clientId,
      ...members,
    }));
  }
}
