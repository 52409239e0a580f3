import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { memberChanges } from '../../audit/member-changes.js';
import type { Originator } from '../../audit/originator.js';
import { type FieldViolation, InvalidFields, fieldViolation } from '../../http/invalid-fields.js';
import type { AttributeDefinition } from '../../persistence/entities/attribute-definition.entity.js';
import { AttributesStore } from '../../persistence/stores/attributes.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { attributeProblem, type AttributeRules, type AttributeValue } from '../../protocol/attributes.js';
import { checkPrecondition, type Precondition } from '../../resource/precondition.js';
import { unknownUser } from '../directory-refusals.js';

/** Values by the names of their attributes; null removes one. */
export type AttributeChanges = Readonly<Record<string, unknown>>;

/** Who changes values, and when. */
export interface Moment {
  readonly actor: Originator;
  readonly now: number;
  /** The upstream that states the values; null, as if omitted, if they are set here. */
  readonly upstreamId?: string | null;
}

/** What must be so for a change of values. */
export interface ValueConditions {
  readonly precondition?: Precondition;
  /** Looks at the user who is held, and throws if the change may not be made. */
  readonly check?: (tx: Transaction) => Promise<void>;
}

/** The values that users have of attributes. `actor` is the caller, for the audit trail. */
@Injectable()
export class UserAttributes {
  constructor(
    private readonly store: AttributesStore,
    private readonly users: UsersStore,
    private readonly changes: Changes,
  ) {}

  /** The values of a user, by the names of the attributes. */
  async of(userId: string): Promise<Record<string, AttributeValue>> {
    return Object.fromEntries(await this.store.valuesOf(userId));
  }

  /**
   * Changes values of a user. What is not named stays.
   * @throws NotFoundException if there is no such user
   * @throws InvalidFields naming each attribute that does not exist, or cannot have the value
   * @throws PreconditionFailedException
   */
  async change(
    userId: string,
    given: AttributeChanges,
    actor: Originator,
    { precondition, check }: ValueConditions = {},
  ): Promise<void> {
    const definitions = await this.store.all();
    const violations = attributeViolations(definitions, given);
    if (violations.length > 0) throw new InvalidFields(violations);
    await this.changes.change([], async (tx, now) => {
      const held = await this.users.hold(tx, userId);
      if (!held) throw unknownUser(userId);
      checkPrecondition(held, precondition);
      await check?.(tx);
      if (await this.changeWithin(tx, userId, { definitions, given }, { actor, now }))
        await this.users.update(tx, userId, { updatedAt: now });
    });
  }

  /**
   * Writes the values of a user who is held.
   * @param wanted values that {@link attributeViolations} finds nothing wrong with
   * @returns whether anything changes
   */
  async changeWithin(
    tx: Transaction,
    userId: string,
    {
      definitions,
      given,
    }: {
      readonly definitions: readonly Pick<AttributeDefinition, 'id' | 'name'>[];
      readonly given: AttributeChanges;
    },
    { actor, now, upstreamId = null }: Moment,
  ): Promise<boolean> {
    const stored = await this.store.storedValuesOf(userId, tx);
    const changes = memberChanges(Object.fromEntries(stored.map(({ name, value }) => [name, value])), given);
    if (!changes) return false;
    for (const { id, name } of definitions) {
      if (!Object.hasOwn(changes, name)) continue;
      const value = given[name] ?? null;
      if (value === null) await this.store.clear(tx, userId, id);
      else await this.store.set(tx, userId, id, { value: value as AttributeValue, upstreamId });
    }
    const named = Object.entries(changes).map(([name, change]) => [`attributes.${name}`, change]);
    const detail = { changes: Object.fromEntries(named) };
    await this.changes.record(tx, { event: 'user.updated', actor, userId, detail }, now);
    return true;
  }
}

/** What is wrong with values that would be set: their names, or what they are. */
export function attributeViolations(
  definitions: readonly AttributeDefinition[],
  given: AttributeChanges,
): FieldViolation[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const definition = definitions.find((one) => one.name === name);
    const reason = definition
      ? value === null
        ? undefined
        : attributeProblem(rulesOf(definition), value)
      : 'is no attribute of users';
    return reason === undefined ? [] : [fieldViolation(['attributes', name], reason)];
  });
}

export const rulesOf = ({ type, allowedValues: values }: AttributeDefinition): AttributeRules => ({
  type,
  values,
});
