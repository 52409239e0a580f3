import {
  ConflictException,
  Injectable,
  NotFoundException,
  PreconditionFailedException,
} from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { AuditEvent } from '../../audit/events.js';
import { type MemberChanges, memberChanges } from '../../audit/member-changes.js';
import type { Originator } from '../../audit/originator.js';
import { InvalidFields, namedField } from '../../http/invalid-fields.js';
import type { AuthorizationDetailsType } from '../../persistence/entities/authorization-details-type.entity.js';
import { AllowedDetailsStore } from '../../persistence/stores/allowed-details.store.js';
import { AuthorizationDetailsTypesStore } from '../../persistence/stores/authorization-details-types.store.js';
import { sentenceProblem } from '../../protocol/detail-words.js';
import { checkPrecondition, type Precondition } from '../precondition.js';
import { type DetailTypeDefinition, type DetailTypeMembers, typeBounds } from './definition.js';
import { DetailTypes } from './detail-types.js';
import { compileSchema } from './schema-compiler.js';
import { schemaProblem } from './schema-rules.js';

/** A member that is wrong, beside the others. */
export interface DetailTypeProblem {
  readonly member: keyof DetailTypeMembers;
  readonly reason: string;
}

/** Registers types of authorization details. `actor` is the caller, for the audit trail. */
@Injectable()
export class DetailTypeRegistration {
  constructor(
    private readonly store: AuthorizationDetailsTypesStore,
    private readonly types: DetailTypes,
    private readonly allowed: AllowedDetailsStore,
    private readonly changes: Changes,
  ) {}

  /** @throws NotFoundException */
  async require(type: string): Promise<AuthorizationDetailsType> {
    const found = await this.store.find(type);
    if (!found) throw unknownType(type);
    return found;
  }

  /** What is wrong with a type whose members are well-formed. */
  async problems(given: DetailTypeDefinition): Promise<DetailTypeProblem[]> {
    const problems: DetailTypeProblem[] = [];
    const { sentence = '', schema } = given;
    const ofSentence = sentenceProblem(sentence);
    if (ofSentence !== undefined) problems.push({ member: 'sentence', reason: ofSentence });
    const ofSchema = schemaProblem(schema) ?? (await compileProblem(given));
    if (ofSchema !== undefined) problems.push({ member: 'schema', reason: ofSchema });
    return problems;
  }

  /**
   * Registers a type, or replaces its members.
   * @throws InvalidFields naming each invalid member
   * @throws ConflictException if there are too many
   * @throws PreconditionFailedException
   */
  async put(given: DetailTypeDefinition, actor: Originator, precondition?: Precondition): Promise<void> {
    const problems = await this.problems(given);
    if (problems.length > 0)
      throw new InvalidFields(problems.map(({ member, reason }) => namedField(member, reason)));
    const { type } = given;
    await this.changes.change(
      (made: AuditEvent | undefined) => made ?? [],
      async (tx, now): Promise<AuditEvent | undefined> => {
        const present = await this.store.hold(tx, type);
        if (!present) {
          if (precondition) throw new PreconditionFailedException(unknownType(type).message);
          if ((await this.store.count(tx)) >= typeBounds.maxTypes)
            throw new ConflictException(`there are ${typeBounds.maxTypes} already: delete one first`);
          await this.store.insert(tx, type, membersOf(given), now);
          return { event: 'authorization_details_type.created', actor, detail: { type } };
        }
        checkPrecondition(present, precondition);
        const changes = detailTypeChanges(present, given);
        if (!changes) return undefined;
        await this.store.update(tx, present.id, membersOf(given), now);
        // What people allowed at one API is not for another.
        if ('resource' in changes) await this.allowed.forget(tx, type, 'details_type_moved', now);
        return { event: 'authorization_details_type.updated', actor, detail: { type, changes } };
      },
    );
    this.types.forget();
  }

  /**
   * Deletes a type, with what people allowed of it. Grants stay for what else they hold; those of nothing else are revoked.
   * @throws NotFoundException
   * @throws PreconditionFailedException
   */
  async delete(type: string, actor: Originator, precondition?: Precondition): Promise<void> {
    const event = { event: 'authorization_details_type.deleted', actor, detail: { type } } as const;
    await this.changes.change(event, async (tx, now) => {
      const held = await this.store.hold(tx, type);
      if (!held) throw unknownType(type);
      checkPrecondition(held, precondition);
      await this.allowed.forget(tx, type, 'details_type_deleted', now);
      await this.store.delete(tx, held.id);
    });
    this.types.forget();
  }
}

/** What `put` would change of a type that exists; undefined if nothing. */
export function detailTypeChanges(
  before: AuthorizationDetailsType,
  given: DetailTypeDefinition,
): MemberChanges | undefined {
  const gone = Object.fromEntries(Object.keys(before.members).map((member) => [member, null]));
  return memberChanges({ ...before.members }, { ...gone, ...membersOf(given) });
}

function membersOf({
  title,
  sentence,
  schema,
  resource,
  client_credentials,
}: DetailTypeDefinition): DetailTypeMembers {
  return {
    title,
    ...(sentence === undefined ? {} : { sentence }),
    schema,
    ...(resource === undefined ? {} : { resource }),
    ...(client_credentials ? { client_credentials } : {}),
  };
}

async function compileProblem(given: DetailTypeDefinition): Promise<string | undefined> {
  try {
    await compileSchema(given);
    return undefined;
  } catch (error) {
    return `is not a JSON Schema: ${error instanceof Error ? error.message.slice(0, 200) : 'it cannot be compiled'}`;
  }
}

const unknownType = (type: string): NotFoundException =>
  new NotFoundException(`there is no type of authorization details ${type}`);
