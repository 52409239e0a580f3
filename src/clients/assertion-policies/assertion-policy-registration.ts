import {
  ConflictException,
  Inject,
  Injectable,
  NotFoundException,
  PreconditionFailedException,
} from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { AuditEvent } from '../../audit/events.js';
import { type MemberChanges, memberChanges } from '../../audit/member-changes.js';
import type { Originator } from '../../audit/originator.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { InvalidFields, namedField } from '../../http/invalid-fields.js';
import { KeyRing } from '../../keys/key-ring.js';
import type { AssertionPolicy } from '../../persistence/entities/assertion-policy.entity.js';
import {
  AssertionPoliciesStore,
  type AssertionPolicyColumns,
} from '../../persistence/stores/assertion-policies.store.js';
import { checkPrecondition, type Precondition } from '../../resource/precondition.js';
import { defined } from '../client-changes.js';
import type { PutAssertionPolicyDto } from './assertion-policies.dto.js';
import { defaultSigningAlg } from './definition.js';
import { assertionPolicyProblems, type PolicyProblem } from './assertion-policy-rules.js';

const maxPolicies = 1_000;

/** Registers what clients are vouched for elsewhere. `actor` is the caller, for the audit trail. */
@Injectable()
export class AssertionPolicyRegistration {
  constructor(
    private readonly store: AssertionPoliciesStore,
    private readonly changes: Changes,
    private readonly keyRing: KeyRing,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws NotFoundException */
  async require(name: string): Promise<AssertionPolicy> {
    return (await this.store.find(name)) ?? missing(name);
  }

  /** What is wrong with a policy that is to be registered. */
  problems(given: PutAssertionPolicyDto): PolicyProblem[] {
    const { signing_alg: alg = defaultSigningAlg } = given;
    const isOffered = this.keyRing.offered.some((one) => one === alg);
    return [
      ...assertionPolicyProblems(given, this.settings.issuer),
      ...(isOffered ? [] : [{ member: 'signing_alg', reason: 'is not one of this server’s' } as const]),
    ];
  }

  /**
   * Registers a policy, or replaces its members.
   * @throws InvalidFields naming each invalid member
   * @throws ConflictException if there are too many
   * @throws PreconditionFailedException
   */
  async put(given: PutAssertionPolicyDto, actor: Originator, precondition?: Precondition): Promise<void> {
    const problems = this.problems(given);
    if (problems.length > 0)
      throw new InvalidFields(problems.map(({ member, reason }) => namedField(member, reason)));
    await this.changes.change(
      (made: AuditEvent | undefined) => made ?? [],
      async (tx, now): Promise<AuditEvent | undefined> => {
        const columns = columnsOf(given);
        const { name } = columns;
        const present = await this.store.hold(tx, name);
        if (present) {
          checkPrecondition(present, precondition);
          const changes = policyChanges(present, given);
          if (changes) await this.store.update(tx, present, columns, now);
          return changes && { event: 'assertion_policy.updated', actor, detail: { name, changes } };
        }
        if (precondition) throw new PreconditionFailedException(`there is no assertion policy ${name}`);
        if ((await this.store.count(tx)) >= maxPolicies)
          throw new ConflictException(`there are ${maxPolicies} already: delete one first`);
        await this.store.insert(tx, columns, now);
        return { event: 'assertion_policy.created', actor, detail: { name } };
      },
    );
  }

  /**
   * Deletes a policy: its client gets no assertion by it any more. Those that were issued last minutes.
   * @throws NotFoundException
   * @throws PreconditionFailedException
   */
  async delete(name: string, actor: Originator, precondition?: Precondition): Promise<void> {
    await this.changes.change({ event: 'assertion_policy.deleted', actor, detail: { name } }, async (tx) => {
      const held = (await this.store.hold(tx, name)) ?? missing(name);
      checkPrecondition(held, precondition);
      await this.store.delete(tx, held);
    });
  }
}

function missing(name: string): never {
  throw new NotFoundException(`there is no assertion policy ${name}`);
}

function columnsOf(given: PutAssertionPolicyDto): AssertionPolicyColumns {
  const { name, enabled = true, client_id: clientId, ...members } = given;
  return { name, enabled, clientId, members: defined(members) };
}

/** What `put` would change of a policy that exists; undefined if nothing. */
export function policyChanges(
  before: AssertionPolicy,
  given: PutAssertionPolicyDto,
): MemberChanges | undefined {
  const { enabled, clientId, members } = columnsOf(given);
  const gone = Object.fromEntries(Object.keys(before.members).map((member) => [member, null]));
  return memberChanges(
    { ...before.members, client_id: before.clientId, enabled: before.enabled },
    { ...gone, ...members, client_id: clientId, enabled },
  );
}
