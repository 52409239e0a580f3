import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { Originator } from '../../audit/originator.js';
import type { AttributeDefinition } from '../../persistence/entities/attribute-definition.entity.js';
import { AttributesStore, type StoredValue } from '../../persistence/stores/attributes.store.js';
import { IdentitiesStore } from '../../persistence/stores/identities.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { attributeValueIn, type AttributeValues } from '../../protocol/attributes.js';
import { type Moment, rulesOf, UserAttributes } from './user-attributes.js';
import { valueDifferences } from './value-differences.js';

/** The texts that an upstream has for attributes of somebody, by the names of the attributes. */
export type Statements = Readonly<Record<string, readonly string[]>>;

/** The values that an upstream states, with the definitions of all attributes. */
export interface StatedValues {
  readonly definitions: readonly AttributeDefinition[];
  readonly values: AttributeValues;
}

/** What an upstream would change of somebody's values. */
export interface StatedChange {
  /** Whether it states a value that they do not have. */
  readonly hasNew: boolean;
  /** Whether it states one that they have, and that was set here or stated by another upstream. */
  readonly adopts: boolean;
  /** The attributes of which it stated a value before, and does not any more. */
  readonly missing: readonly string[];
}

/**
 * Values of attributes that upstreams state. They take the place of those that were set here, and go with the statement. A statement that is
 * no value of the attribute does not count.
 */
@Injectable()
export class StatedAttributes {
  constructor(
    private readonly store: AttributesStore,
    private readonly attributes: UserAttributes,
    private readonly users: UsersStore,
    private readonly identities: IdentitiesStore,
    private readonly changes: Changes,
  ) {}

  async compare(upstreamId: string, userId: string, statements: Statements): Promise<StatedChange> {
    const { values } = await this.read(statements);
    const stored = await this.store.storedValuesOf(userId);
    const { given, adopted, missing } = valueDifferences(stored, values, upstreamId);
    return { hasNew: Object.keys(given).length > 0, adopts: adopted.length > 0, missing };
  }

  /**
   * Gives somebody the values that an upstream states, as long as they are linked to it.
   * @param keepsMissing whether values stay that it stated before, and does not any more
   */
  async follow(
    upstreamId: string,
    userId: string,
    statements: Statements,
    actor: Originator,
    { keepsMissing = false } = {},
  ): Promise<void> {
    const { definitions, values } = await this.read(statements);
    const outlook = valueDifferences(await this.store.storedValuesOf(userId), values, upstreamId);
    const isLosing = !keepsMissing && outlook.missing.length > 0;
    if (Object.keys(outlook.given).length === 0 && outlook.adopted.length === 0 && !isLosing) return;
    await this.changes.change([], async (tx, now) => {
      // Held, so that the link cannot be removed beside it.
      if (!(await this.users.hold(tx, userId))) return;
      if (!(await this.identities.isLinked(tx, upstreamId, userId))) return;
      const stored = await this.store.storedValuesOf(userId, tx);
      const { given, adopted, missing } = valueDifferences(stored, values, upstreamId);
      for (const { attributeId, value } of adopted)
        await this.store.set(tx, userId, attributeId, { value, upstreamId });
      const wanted = { ...given, ...(keepsMissing ? {} : without(missing)) };
      const moment = { actor, now, upstreamId };
      const hasChanged = await this.attributes.changeWithin(
        tx,
        userId,
        { definitions, given: wanted },
        moment,
      );
      // Whose a value is counts as a change for whoever is about to change it.
      if (hasChanged || adopted.length > 0) await this.users.update(tx, userId, { updatedAt: now });
    });
  }

  /** Takes values as far as an upstream states them. */
  async end(upstreamId: string, userId: string, names: readonly string[], actor: Originator): Promise<void> {
    await this.changes.change([], async (tx, now) => {
      if (!(await this.users.hold(tx, userId))) return;
      const isNamed = ({ name }: StoredValue): boolean => names.includes(name);
      if (await this.take(tx, upstreamId, userId, isNamed, { actor, now }))
        await this.users.update(tx, userId, { updatedAt: now });
    });
  }

  /** Takes all values that an upstream states from a user who is held. */
  async endWithin(tx: Transaction, upstreamId: string, userId: string, moment: Moment): Promise<void> {
    await this.take(tx, upstreamId, userId, () => true, moment);
  }

  /** Gives a user who is new the values that an upstream states. */
  async giveWithin(
    tx: Transaction,
    userId: string,
    { definitions, values }: StatedValues,
    moment: Moment,
  ): Promise<void> {
    await this.attributes.changeWithin(tx, userId, { definitions, given: values }, moment);
  }

  /** Leaves the values that an upstream states to somebody, as if they had been set here. */
  async release(upstreamId: string, userId: string): Promise<void> {
    const stored = await this.store.storedValuesOf(userId);
    if (stored.some((one) => one.upstreamId === upstreamId))
      await this.changes.change([], (tx) => this.store.release(tx, upstreamId, userId));
  }

  private async take(
    tx: Transaction,
    upstreamId: string,
    userId: string,
    isMeant: (value: StoredValue) => boolean,
    moment: Moment,
  ): Promise<boolean> {
    const stored = await this.store.storedValuesOf(userId, tx);
    const own = stored.filter((one) => one.upstreamId === upstreamId && isMeant(one));
    if (own.length === 0) return false;
    const definitions = own.map(({ attributeId: id, name }) => ({ id, name }));
    const given = without(own.map(({ name }) => name));
    return this.attributes.changeWithin(tx, userId, { definitions, given }, moment);
  }

  /** The values that statements stand for, of attributes that there are. */
  async read(statements: Statements): Promise<StatedValues> {
    if (Object.keys(statements).length === 0) return { definitions: [], values: {} };
    const definitions = await this.store.all();
    const values = definitions.flatMap((definition) => {
      const { name } = definition;
      const texts = Object.hasOwn(statements, name) ? (statements[name] ?? []) : [];
      const value = attributeValueIn(rulesOf(definition), texts);
      return value === undefined ? [] : [[name, value] as const];
    });
    return { definitions, values: Object.fromEntries(values) };
  }
}

const without = (names: readonly string[]): Readonly<Record<string, null>> =>
  Object.fromEntries(names.map((name) => [name, null]));
