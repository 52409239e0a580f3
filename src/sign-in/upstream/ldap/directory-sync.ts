import { Injectable, Logger } from '@nestjs/common';
import { Changes } from '../../../audit/changes.js';
import { Clock } from '../../../config/clock.js';
import { lookupHash } from '../../../crypto/opaque-token.js';
import { IdentitiesStore, type WatchedIdentity } from '../../../persistence/stores/identities.store.js';
import type { LoadedUpstream } from '../definition.js';
import { missingClaim, personOf } from '../mapping.js';
import { UpstreamPeople } from '../upstream-people.js';
import { DirectoryConsequences, type Finding } from './directory-consequences.js';
import { type DirectoryPerson, LdapDirectory } from './ldap-directory.js';
import { areTooManyVanished, consequenceOf, type Standing } from './standing.js';

/** Somebody whose access ends, or began again. */
export interface SyncedPerson {
  readonly userId: string;
  readonly subject: string;
  /** Why it ends. */
  readonly reason?: string;
}

/** What a look at a directory found. */
export interface SyncReport {
  readonly alias: string;
  /** How many people were looked at. */
  readonly checked: number;
  readonly ended: readonly SyncedPerson[];
  readonly returned: readonly SyncedPerson[];
  /** Not found for the first time: their access ends if they are not found the next time either. */
  readonly missing: number;
  /** How many profiles were changed. */
  readonly updated: number;
  /** People whose access did not end because too many had vanished at once. */
  readonly heldBack: number;
}

export interface SyncOptions {
  /** Nothing is changed. */
  readonly isDryRun?: boolean;
  /** However many have vanished: an operator has looked. */
  readonly isForced?: boolean;
  readonly onProgress?: (checked: number, people: number) => void;
}

/** People of one search. */
const batchSize = 50;

/**
 * Looks at the people of a directory who have an account here. Who is disabled there, may not come in any more, or is gone loses all
 * access at once: the account is disabled. Once the directory has them again it is enabled, unless somebody else has disabled it.
 */
@Injectable()
export class DirectorySync {
  private readonly logger = new Logger(DirectorySync.name);

  constructor(
    private readonly directory: LdapDirectory,
    private readonly identities: IdentitiesStore,
    private readonly people: UpstreamPeople,
    private readonly consequences: DirectoryConsequences,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /**
   * Looks at everybody who is linked to the directory.
   * @throws UpstreamAwayError, BusyError if it does not answer; what was found until then has taken effect
   */
  async sync(upstream: LoadedUpstream, options: SyncOptions = {}): Promise<SyncReport> {
    const ended: Finding[] = [];
    const returned: Finding[] = [];
    const vanished: Finding[] = [];
    const counts = { checked: 0, missing: 0, updated: 0 };
    const people = options.onProgress ? await this.identities.countOf(upstream.id) : 0;
    for await (const { identity, person } of this.looks(upstream)) {
      const consequence = consequenceOf(standingOf(upstream, person), identity, this.clock.now());
      const finding = { identity, consequence };
      counts.checked += 1;
      if (consequence.kind === 'miss') counts.missing += 1;
      if (consequence.kind === 'return') returned.push(finding);
      // That the directory does not show somebody may be a mistake; that it says they are disabled is none.
      if (consequence.kind === 'end') (person?.refusal === undefined ? vanished : ended).push(finding);
      options.onProgress?.(counts.checked, people);
      if (options.isDryRun) continue;
      if (!vanished.includes(finding)) await this.consequences.follow(upstream, finding);
      if (person && consequence.kind !== 'end' && (await this.refresh(upstream, identity, person)))
        counts.updated += 1;
    }
    const isHeldBack = options.isForced !== true && areTooManyVanished(vanished.length, counts.checked);
    if (!isHeldBack) ended.push(...vanished);
    if (isHeldBack && !options.isDryRun) await this.holdBack(upstream, vanished.length, counts.checked);
    if (!isHeldBack && !options.isDryRun)
      for (const finding of vanished) await this.consequences.follow(upstream, finding);
    return {
      alias: upstream.alias,
      ...counts,
      ended: ended.map(shown),
      returned: returned.map(shown),
      heldBack: isHeldBack ? vanished.length : 0,
    };
  }

  /** Enables the account of somebody whom the directory lets in again, if it is disabled for the directory's sake alone. */
  async restore(upstream: LoadedUpstream, subject: string): Promise<void> {
    const identity = await this.identities.findWatched(upstream.id, lookupHash(subject));
    if (identity?.isDisabledByDirectory)
      await this.consequences.follow(upstream, { identity, consequence: { kind: 'return' } });
  }

  /** The people who are linked, each with what the directory has of them. */
  private async *looks(
    upstream: LoadedUpstream,
  ): AsyncGenerator<{ readonly identity: WatchedIdentity; readonly person: DirectoryPerson | undefined }> {
    for (let after = ''; ;) {
      const batch = await this.identities.watched(upstream.id, after, batchSize);
      const last = batch.at(-1);
      if (!last) return;
      after = last.id;
      const subjects = batch.map(({ subject }) => subject);
      const people = await this.directory.findBySubject(upstream, subjects);
      const bySubject = new Map(people.map((person) => [person.answer.subject.toLowerCase(), person]));
      for (const identity of batch) yield { identity, person: bySubject.get(identity.subject.toLowerCase()) };
    }
  }

  /** @returns whether the profile has changed */
  private async refresh(
    upstream: LoadedUpstream,
    { userId }: WatchedIdentity,
    { answer }: DirectoryPerson,
  ): Promise<boolean> {
    const { alias } = upstream;
    return this.people.updateProfile(userId, upstream, personOf(upstream, answer), `upstream:${alias}`);
  }

  private async holdBack({ alias }: LoadedUpstream, vanished: number, people: number): Promise<void> {
    this.logger.warn(
      `the directory ${alias} does not show ${vanished} of ${people} people: their access does not end for that. ` +
        `If it is right, run eyrie directory sync ${alias} --force`,
    );
    await this.changes.note({
      event: 'directory.held_back',
      actor: `upstream:${alias}`,
      detail: { vanished, people },
    });
  }
}

function standingOf(upstream: LoadedUpstream, person: DirectoryPerson | undefined): Standing {
  if (!person) return { kind: 'absent' };
  if (person.refusal !== undefined) return { kind: 'refused', reason: person.refusal };
  const isAdmitted = missingClaim(upstream, person.answer) === undefined;
  return isAdmitted ? { kind: 'present' } : { kind: 'refused', reason: 'not_admitted' };
}

const shown = ({ identity: { userId, subject }, consequence }: Finding): SyncedPerson => ({
  userId,
  subject,
  ...(consequence.kind === 'end' && { reason: consequence.reason }),
});
