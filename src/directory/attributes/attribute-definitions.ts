import {
  ConflictException,
  Injectable,
  NotFoundException,
  PreconditionFailedException,
} from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { AuditEvent } from '../../audit/events.js';
import type { Originator } from '../../audit/originator.js';
import { InvalidFields, namedField } from '../../http/invalid-fields.js';
import type { AttributeDefinition } from '../../persistence/entities/attribute-definition.entity.js';
import { newId } from '../../persistence/id.js';
import { AttributesStore } from '../../persistence/stores/attributes.store.js';
import { ClaimRulesStore } from '../../persistence/stores/claim-rules.store.js';
import { UpstreamsStore } from '../../persistence/stores/upstreams.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import { checkPrecondition, type Precondition } from '../../resource/precondition.js';
import type { PutAttributeDto } from './attributes.dto.js';
import { columnsOf, definitionChanges, definitionProblems, namesakeProblem } from './definition-rules.js';

/** The most attributes: all values of a user are read together. */
export const maxAttributes = 100;
/** Values of one transaction. */
const batchSize = 500;

/** Defines which members users have beside the standard ones. `actor` is the caller, for the audit trail. */
@Injectable()
export class AttributeDefinitions {
  constructor(
    private readonly store: AttributesStore,
    private readonly claimRules: ClaimRulesStore,
    private readonly upstreams: UpstreamsStore,
    private readonly changes: Changes,
  ) {}

  /** @throws NotFoundException */
  async require(name: string): Promise<AttributeDefinition> {
    const definition = await this.store.find(name);
    if (!definition) throw unknownAttribute(name);
    return definition;
  }

  /**
   * Defines an attribute, or changes its definition. Its type stays, and so do values that are stored.
   * @throws InvalidFields
   * @throws ConflictException if there are too many
   * @throws PreconditionFailedException
   */
  async put(given: PutAttributeDto, actor: Originator, precondition?: Precondition): Promise<void> {
    const { name } = given;
    const problems = definitionProblems(given);
    if (problems.length > 0) throw new InvalidFields(problems);
    await this.changes.change(
      (made: AuditEvent | undefined) => made ?? [],
      async (tx, now): Promise<AuditEvent | undefined> => {
        const present = await this.store.hold(tx, name);
        if (precondition && !present) throw new PreconditionFailedException(`there is no attribute ${name}`);
        if (!present) {
          const others = await this.store.all(tx);
          const problem = namesakeProblem(name, others);
          if (problem) throw new InvalidFields([problem]);
          if (others.length >= maxAttributes)
            throw new ConflictException(`there are ${maxAttributes} attributes already: delete one first`);
          const columns = { ...columnsOf(given), name, type: given.type };
          await this.store.insert(tx, {
            ...columns,
            id: newId(),
            version: 0,
            createdAt: now,
            updatedAt: now,
          });
          return { event: 'attribute.created', actor, detail: { name } };
        }
        checkPrecondition(present, precondition);
        if (present.type !== given.type)
          throw new InvalidFields([namedField('type', `is ${present.type}, and cannot change`)]);
        const changes = definitionChanges(present, given);
        if (!changes) return undefined;
        await this.store.update(tx, present.id, { ...columnsOf(given), updatedAt: now });
        return { event: 'attribute.updated', actor, detail: { name, changes } };
      },
    );
  }

  /**
   * Deletes an attribute with all values. The values go in batches: where it ends half-way it can be deleted again.
   * @throws NotFoundException
   * @throws ConflictException if a rule about a claim rests on it, or an upstream states it
   * @throws PreconditionFailedException
   */
  async delete(name: string, actor: Originator, precondition?: Precondition): Promise<void> {
    let id = '';
    await this.changes.change([], async (tx) => {
      const held = await this.store.hold(tx, name);
      if (!held) throw unknownAttribute(name);
      checkPrecondition(held, precondition);
      await this.requireUnused(tx, name);
      ({ id } = held);
    });
    let values = 0;
    for (;;) {
      const deleted = await this.deleteSomeValues(id);
      values += deleted;
      if (deleted < batchSize) break;
    }
    await this.changes.change({ event: 'attribute.deleted', actor, detail: { name, values } }, async (tx) => {
      await this.store.hold(tx, name);
      // Something may have been given it meanwhile.
      await this.requireUnused(tx, name);
      await this.store.delete(tx, id);
    });
  }

  private async deleteSomeValues(id: string): Promise<number> {
    let deleted = 0;
    await this.changes.change([], async (tx, now) => {
      deleted = await this.store.deleteSomeValues(tx, id, batchSize, now);
    });
    return deleted;
  }

  /** Of a definition that is held: what names it holds it, too. */
  private async requireUnused(tx: Transaction, name: string): Promise<void> {
    const rule = (await this.claimRules.all(tx)).find(
      ({ source, member }) => source === 'attribute' && member === name,
    );
    if (rule)
      throw new ConflictException(`the claim rule ${rule.name} puts ${name} into tokens: delete it first`);
    const upstream = (await this.upstreams.all(tx)).find(({ members }) => isMapped(members, name));
    if (upstream)
      throw new ConflictException(
        `the upstream ${upstream.alias} states ${name}: take it out of its attributes first`,
      );
  }
}

const isMapped = ({ attributes }: { attributes?: object }, name: string): boolean =>
  attributes !== undefined && Object.hasOwn(attributes, name);

export const unknownAttribute = (name: string): NotFoundException =>
  new NotFoundException(`there is no attribute ${name}`);
