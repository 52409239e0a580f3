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
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { InvalidFields, namedField } from '../../http/invalid-fields.js';
import { Outbound } from '../../outbound/outbound.js';
import type { TrustedIssuer } from '../../persistence/entities/trusted-issuer.entity.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';
import { TrustedIssuersStore } from '../../persistence/stores/trusted-issuers.store.js';
import { checkPrecondition, type Precondition } from '../../resource/precondition.js';
import { defined } from '../client-changes.js';
import { type IssuerProblem, trustedIssuerProblems } from './trusted-issuer-rules.js';
import { TrustedIssuers } from './trusted-issuers.js';
import type { PutTrustedIssuerDto } from './trusted-issuers.dto.js';

/** Each of them may be looked at when an assertion comes. */
export const maxTrustedIssuers = 200;
/** Grants of one transaction. */
const batchSize = 100;

/** Registers trusted issuers. `actor` is the caller, for the audit trail. */
@Injectable()
export class TrustedIssuerRegistration {
  constructor(
    private readonly store: TrustedIssuersStore,
    private readonly grants: GrantsStore,
    private readonly issuers: TrustedIssuers,
    private readonly outbound: Outbound,
    private readonly changes: Changes,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws NotFoundException */
  async require(name: string): Promise<TrustedIssuer> {
    const issuer = await this.store.find(name);
    if (!issuer) throw unknownIssuer(name);
    return issuer;
  }

  /** What is wrong with an issuer that is to be registered. */
  problems(given: PutTrustedIssuerDto): IssuerProblem[] {
    return trustedIssuerProblems(given, this.settings.issuer, (url) => this.outbound.problem(url));
  }

  /**
   * Registers an issuer, or replaces its members.
   * @throws InvalidFields naming each invalid member
   * @throws ConflictException if there are too many
   * @throws PreconditionFailedException
   */
  async put(given: PutTrustedIssuerDto, actor: Originator, precondition?: Precondition): Promise<void> {
    const problems = this.problems(given);
    if (problems.length > 0)
      throw new InvalidFields(problems.map(({ member, reason }) => namedField(member, reason)));
    const columns = columnsOf(given);
    const { name } = columns;
    await this.changes.change(
      (made: AuditEvent | undefined) => made ?? [],
      async (tx, now): Promise<AuditEvent | undefined> => {
        const present = await this.store.hold(tx, name);
        if (precondition && !present)
          throw new PreconditionFailedException(`there is no trusted issuer ${name}`);
        if (!present) {
          if ((await this.store.count(tx)) >= maxTrustedIssuers)
            throw new ConflictException(`there are ${maxTrustedIssuers} already: delete one first`);
          await this.store.insert(tx, columns, now);
          return { event: 'trusted_issuer.created', actor, detail: { name } };
        }
        checkPrecondition(present, precondition);
        const changes = issuerChanges(present, given);
        if (!changes) return undefined;
        await this.store.update(tx, present.id, columns, now);
        return { event: 'trusted_issuer.updated', actor, detail: { name, changes } };
      },
    );
    this.issuers.forget();
  }

  /**
   * Deletes an issuer, and revokes the grants that came of its assertions. It is turned off first, and the grants go in batches: where
   * it ends half-way it can be deleted again.
   * @throws NotFoundException
   * @throws PreconditionFailedException
   */
  async delete(name: string, actor: Originator, precondition?: Precondition): Promise<void> {
    const { id } = await this.require(name);
    await this.changes.change([], async (tx, now) => {
      const held = await this.store.hold(tx, name);
      if (!held) throw unknownIssuer(name);
      checkPrecondition(held, precondition);
      await this.store.update(tx, id, { enabled: false }, now);
    });
    this.issuers.forget();
    let revoked = 0;
    for (;;) {
      const ids = await this.store.someGrantsOf(id, this.clock.now(), batchSize);
      if (ids.length === 0) break;
      await this.revokeAll(ids);
      revoked += ids.length;
    }
    await this.changes.change({ event: 'trusted_issuer.deleted', actor, detail: { name, revoked } }, (tx) =>
      this.store.delete(tx, id),
    );
    this.issuers.forget();
  }

  private async revokeAll(grantIds: readonly string[]): Promise<void> {
    await this.changes.change([], async (tx, now) => {
      for (const id of grantIds) await this.grants.revoke(tx, id, 'issuer_deleted', now);
    });
  }
}

const unknownIssuer = (name: string): NotFoundException =>
  new NotFoundException(`there is no trusted issuer ${name}`);

function columnsOf(given: PutTrustedIssuerDto): Pick<TrustedIssuer, 'name' | 'enabled' | 'members'> {
  const { name, enabled = true, ...members } = given;
  return { name, enabled, members: defined(members) };
}

/** What `put` would change of an issuer that exists; undefined if nothing. */
export function issuerChanges(before: TrustedIssuer, given: PutTrustedIssuerDto): MemberChanges | undefined {
  const { enabled, members } = columnsOf(given);
  const gone = Object.fromEntries(Object.keys(before.members).map((member) => [member, null]));
  return memberChanges({ ...before.members, enabled: before.enabled }, { ...gone, ...members, enabled });
}
