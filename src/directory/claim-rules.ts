import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { memberChanges } from '../audit/member-changes.js';
import type { Originator } from '../audit/originator.js';
import { InvalidFields, namedField } from '../http/invalid-fields.js';
import type { StoredClaimRule } from '../persistence/entities/claim-rule.entity.js';
import { newId } from '../persistence/id.js';
import { AttributesStore } from '../persistence/stores/attributes.store.js';
import { ClaimRulesStore } from '../persistence/stores/claim-rules.store.js';
import type { Transaction } from '../persistence/transaction.js';
import {
  type ClaimPlace,
  type ClaimRule,
  claimRuleProblems,
  type ClaimSource,
  type FixedValue,
} from '../protocol/claim-rules.js';
import { checkPrecondition, type Precondition } from '../resource/precondition.js';
import { ClaimRuleCatalogue } from './claim-rule-catalogue.js';
import { refusingTaken } from './directory-refusals.js';
import { RoleOwners } from './role-owners.js';

/** A rule in the names of the admin API. */
export interface ClaimRuleDefinition {
  readonly name: string;
  readonly claim: readonly string[];
  readonly source: ClaimSource;
  readonly member?: string | null;
  readonly constant?: FixedValue | null;
  readonly in: readonly ClaimPlace[];
  readonly scope?: string | null;
  readonly client_id?: string | null;
  readonly resource?: string | null;
}

/** The most rules: each of them is looked at whenever a token is issued. */
export const maxClaimRules = 500;

/** Creates, changes and deletes the rules about claims. `actor` is the actor in the audit trail. */
@Injectable()
export class ClaimRules {
  constructor(
    private readonly store: ClaimRulesStore,
    private readonly catalogue: ClaimRuleCatalogue,
    private readonly owners: RoleOwners,
    private readonly attributes: AttributesStore,
    private readonly changes: Changes,
  ) {}

  /** @throws NotFoundException */
  async require(id: string): Promise<StoredClaimRule> {
    const rule = await this.store.find(id);
    if (!rule) throw unknownRule(id);
    return rule;
  }

  /**
   * @throws InvalidFields naming each field that does not fit the others, or names what is not there
   * @throws ConflictException if the name is taken, or there are too many rules
   */
  async create(definition: ClaimRuleDefinition, actor: Originator): Promise<StoredClaimRule> {
    const { name } = definition;
    const contents = toClaimRule(definition);
    const id = newId();
    const created = await refusingTaken(name, () =>
      this.changes.change<StoredClaimRule>(
        { event: 'claim_rule.created', actor, detail: { rule: id, name } },
        async (tx, now) => {
          await this.check(contents, tx);
          if ((await this.store.count(tx)) >= maxClaimRules)
            throw new ConflictException(`there are ${maxClaimRules} rules already: delete one first`);
          const rule = { ...toColumns(contents), id, name, version: 0, createdAt: now, updatedAt: now };
          await this.store.insert(tx, rule);
          return rule;
        },
      ),
    );
    this.catalogue.forget();
    return created;
  }

  /**
   * Changes what is given.
   * @throws NotFoundException
   * @throws BadRequestException as {@link create}
   * @throws ConflictException if the name is taken
   * @throws PreconditionFailedException
   */
  async update(
    id: string,
    given: Partial<ClaimRuleDefinition>,
    actor: Originator,
    precondition?: Precondition,
  ): Promise<StoredClaimRule> {
    await refusingTaken(given.name, () =>
      this.changes.change([], async (tx, now) => {
        const held = await this.store.hold(tx, id);
        if (!held) throw unknownRule(id);
        checkPrecondition(held, precondition);
        const before = toDefinition(held);
        const after = { ...before, ...withoutAbsent(given) };
        const changed = memberChanges(before, after);
        if (!changed) return;
        const contents = toClaimRule(after);
        await this.check(contents, tx);
        await this.store.update(tx, id, { ...toColumns(contents), name: after.name, updatedAt: now });
        const detail = { rule: id, name: before.name, changes: changed };
        await this.changes.record(tx, { event: 'claim_rule.updated', actor, detail }, now);
      }),
    );
    this.catalogue.forget();
    return this.require(id);
  }

  /** @throws NotFoundException @throws PreconditionFailedException */
  async delete(id: string, actor: Originator, precondition?: Precondition): Promise<void> {
    await this.changes.change(
      (name: string) => ({ event: 'claim_rule.deleted', actor, detail: { rule: id, name } }),
      async (tx) => {
        const held = await this.store.hold(tx, id);
        if (!held) throw unknownRule(id);
        checkPrecondition(held, precondition);
        await this.store.delete(tx, id);
        return held.name;
      },
    );
    this.catalogue.forget();
  }

  /** @throws BadRequestException */
  private async check(rule: ClaimRule, tx: Transaction): Promise<void> {
    const violations = claimRuleProblems(rule).map(({ field, reason }) => namedField(field, reason));
    const { clientId, resource, source, member } = rule;
    if (source === 'attribute' && member !== null && !(await this.attributes.hold(tx, member)))
      violations.push(namedField('member', 'must be the name of an attribute'));
    if (clientId !== null && !(await this.owners.find({ client_id: clientId }, tx)))
      violations.push(namedField('client_id', 'must be the client_id of a client'));
    if (resource !== null && !(await this.owners.find({ resource }, tx)))
      violations.push(namedField('resource', 'must be the identifier of a resource'));
    if (violations.length > 0) throw new InvalidFields(violations);
  }
}

const unknownRule = (id: string): NotFoundException => new NotFoundException(`there is no claim rule ${id}`);

/** A rule with what the definition omits. */
export const toClaimRule = (definition: Omit<ClaimRuleDefinition, 'name'>): ClaimRule => ({
  claim: definition.claim,
  source: definition.source,
  member: definition.member ?? null,
  fixedValue: definition.constant ?? null,
  places: definition.in,
  scope: definition.scope ?? null,
  clientId: definition.client_id ?? null,
  resource: definition.resource ?? null,
});

const toColumns = (rule: ClaimRule) => ({ ...rule, claim: [...rule.claim], places: [...rule.places] });

/** A rule in the names of the admin API. */
export const toDefinition = (rule: ClaimRule & { readonly name: string }): Required<ClaimRuleDefinition> => ({
  name: rule.name,
  claim: rule.claim,
  source: rule.source,
  member: rule.member,
  constant: rule.fixedValue,
  in: rule.places,
  scope: rule.scope,
  client_id: rule.clientId,
  resource: rule.resource,
});

const withoutAbsent = <Given extends object>(given: Given): Given =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Given;
