import { Injectable } from '@nestjs/common';
import type { Client, Entry } from 'ldapts';
import { Clock } from '../../../config/clock.js';
import type { LoadedUpstream } from '../definition.js';
import type { UpstreamAnswer } from '../mapping.js';
import { type BindOutcome, bindOutcome } from './bind-outcome.js';
import { type DirectoryRefusal, entryRefusal } from './bind-refusal.js';
import { DirectoryConnections } from './directory-connections.js';
import { answerOf, attributesOf, binaryAttributes, primaryGroupSid, valuesOf } from './entry.js';
import type { GroupMember } from './group-look.js';
import { personFilter, subjectsFilter } from './person-filter.js';
import { type PasswordRefusal, type PasswordReplacement, replacePassword } from './password-modify.js';
import { passwordPolicyControl } from './password-policy.js';
import { referralResult, resultCodeOf } from './result-code.js';
import { secondsOf } from './sync-mark.js';

/** LDAP result codes (RFC 4511 appendix A). */
const success = 0;
const noSuchObject = 32;
const invalidCredentials = 49;
/** Bind results that say something of the entry: inappropriateAuthentication, constraintViolation, unwillingToPerform, … */
const refusedBinds: ReadonlySet<number> = new Set([19, noSuchObject, 34, 48, invalidCredentials, 50, 53]);

/** Somebody whom the directory knows. */
export interface DirectoryPerson extends GroupMember {
  readonly answer: UpstreamAnswer;
  /** Why they may not sign in, by their entry. */
  readonly refusal: DirectoryRefusal | undefined;
  /** When their entry was changed, in seconds since the epoch by the clock of the directory; undefined if it does not say. */
  readonly modifiedAt: number | undefined;
}

/** What a directory says to a change of a password. */
export type PasswordAnswer =
  | { readonly kind: 'changed' }
  | { readonly kind: 'refused'; readonly reason: PasswordRefusal }
  /** The present password does not let the person in. */
  | { readonly kind: 'wrong'; readonly reason: DirectoryRefusal };

/** Searches directories for people, and binds as them. Referrals are not followed. */
@Injectable()
export class LdapDirectory {
  constructor(
    private readonly connections: DirectoryConnections,
    private readonly clock: Clock,
  ) {}

  /**
   * Finds the one person with this name.
   * @throws UpstreamAwayError, BusyError
   */
  async find(upstream: LoadedUpstream, username: string): Promise<DirectoryPerson | DirectoryRefusal> {
    const { base_dn: base = '', user_filter: filter = '', user_scope: scope = 'sub' } = upstream;
    return this.connections.use(upstream, 'answer', async (client) => {
      if (upstream.bind_dn !== undefined) await client.bind(upstream.bind_dn, upstream.secret ?? '');
      const { searchEntries: entries } = await client.search(base, {
        scope,
        filter: personFilter(filter, username),
        attributes: attributesOf(upstream),
        explicitBufferAttributes: binaryAttributes,
        sizeLimit: 2,
      });
      const [entry, second] = entries;
      if (second) return 'several_entries';
      return (entry && this.personIn(upstream, entry)) ?? 'unknown_person';
    });
  }

  /**
   * Finds the people with these subjects who still match `user_filter`. Spellings of one subject in another case are looked for one after
   * the other: most directories take them for the same, some for two people.
   * @param subjects some hundreds at most
   * @returns those who were found, by the subject that was looked for
   * @throws UpstreamAwayError, BusyError
   */
  async findSubjects(
    upstream: LoadedUpstream,
    subjects: readonly string[],
  ): Promise<ReadonlyMap<string, DirectoryPerson>> {
    const { base_dn: base = '', user_scope: scope = 'sub' } = upstream;
    return this.connections.use(upstream, 'sync', async (client) => {
      if (upstream.bind_dn !== undefined) await client.bind(upstream.bind_dn, upstream.secret ?? '');
      const found = new Map<string, DirectoryPerson>();
      for (const searched of withoutOtherCase(subjects)) {
        const { searchEntries: entries } = await client.search(base, {
          scope,
          filter: await subjectsFilter(upstream, searched),
          attributes: attributesOf(upstream),
          explicitBufferAttributes: binaryAttributes,
        });
        const people = entries.flatMap((entry) => this.personIn(upstream, entry) ?? []);
        const bySubject = new Map(people.map((person) => [person.answer.subject.toLowerCase(), person]));
        for (const subject of searched) {
          const person = bySubject.get(subject.toLowerCase());
          if (person) found.set(subject, person);
        }
      }
      return found;
    });
  }

  private personIn(upstream: LoadedUpstream, entry: Entry): DirectoryPerson | undefined {
    const answer = answerOf(upstream, entry);
    const first = (attribute: string): string => valuesOf(entry, attribute)[0] ?? '';
    return (
      answer && {
        dn: entry.dn,
        username: valuesOf(entry, upstream.claims.username ?? '')[0],
        primaryGroupSid: upstream.primary_group === true ? primaryGroupSid(entry) : undefined,
        answer,
        refusal: entryRefusal(first, this.clock.now()),
        modifiedAt: secondsOf(first('modifyTimestamp')),
      }
    );
  }

  /**
   * Binds as an entry.
   * @throws UpstreamAwayError, BusyError
   */
  async bind(upstream: LoadedUpstream, dn: string, password: string): Promise<BindOutcome> {
    if (dn === '' || !isSendable(password)) return { kind: 'refused', reason: 'wrong_password' };
    return this.connections.use(upstream, 'password', (client) => outcomeOf(client, dn, password));
  }

  /**
   * Changes the password of an entry, once a bind with the present one has found it right. That entry changes it by its own right. In Active
   * Directory, which does not let in whoever has a password that is out of date, the account that searches asks for it with the present
   * password, and has no right to do more ([MS-ADTS] §3.1.1.3.1.5.1).
   * @throws UpstreamAwayError, BusyError
   */
  async changePassword(
    upstream: LoadedUpstream,
    dn: string,
    replacement: PasswordReplacement,
  ): Promise<PasswordAnswer> {
    const { present, next } = replacement;
    if (dn === '' || !isSendable(present)) return { kind: 'wrong', reason: 'wrong_password' };
    if (!isSendable(next)) return { kind: 'refused', reason: 'against_rules' };
    let failed: number | 'no answer' | undefined;
    try {
      return await this.connections.use(upstream, 'password', async (client): Promise<PasswordAnswer> => {
        failed = undefined;
        const outcome = await outcomeOf(client, dn, present);
        if (outcome.kind === 'refused') return { kind: 'wrong', reason: outcome.reason };
        if (outcome.kind === 'outdated' && !outcome.isBound) {
          if (!changesForOthers(upstream)) return { kind: 'refused', reason: 'expired' };
          await client.bind(upstream.bind_dn ?? '', upstream.secret ?? '');
        }
        const isActiveDirectory = upstream.preset === 'active_directory';
        const reason = await replacePassword(client, dn, replacement, isActiveDirectory).catch(
          (error: unknown) => {
            failed = resultCodeOf(error) ?? 'no answer';
            throw error;
          },
        );
        if (reason === 'wrong') return { kind: 'wrong', reason: 'wrong_password' };
        return reason === undefined ? { kind: 'changed' } : { kind: 'refused', reason };
      });
    } catch (error) {
      // No server of those that are known changes anything.
      if (failed === referralResult) return { kind: 'refused', reason: 'not_allowed' };
      // The answer was lost, and with it whether the password was changed.
      if (failed === 'no answer' && (await this.bind(upstream, dn, next)).kind === 'right')
        return { kind: 'changed' };
      throw error;
    }
  }
}

/** Whether a password that lets nobody in any more can be changed all the same: with the account that searches, in Active Directory. */
export const changesForOthers = ({ preset, bind_dn }: LoadedUpstream): boolean =>
  preset === 'active_directory' && bind_dn !== undefined;

/**
 * A bind with an empty password would succeed for everybody (RFC 4513 §5.1.2), and a server that reads a text up to its first NUL may take
 * one for empty.
 */
const isSendable = (password: string): boolean => password !== '' && !password.includes('\0');

/** Subjects in groups of which none holds two that differ in case alone. */
function withoutOtherCase(subjects: readonly string[]): readonly (readonly string[])[] {
  const rounds: Map<string, string>[] = [];
  for (const subject of new Set(subjects)) {
    const key = subject.toLowerCase();
    const round = rounds.find((one) => !one.has(key));
    if (round) round.set(key, subject);
    else rounds.push(new Map([[key, subject]]));
  }
  return rounds.map((round) => [...round.values()]);
}

async function outcomeOf(client: Client, dn: string, password: string): Promise<BindOutcome> {
  const policy = await passwordPolicyControl();
  try {
    await client.bind(dn, password, policy.control);
    return bindOutcome({ code: success, text: '', error: policy.error, graceLeft: policy.graceLeft });
  } catch (error) {
    const code = resultCodeOf(error);
    if (code === undefined || !refusedBinds.has(code)) throw error;
    const { message: text } = error as Error;
    return bindOutcome({ code, text, error: policy.error, graceLeft: policy.graceLeft });
  }
}
