import { Injectable } from '@nestjs/common';
import type { Client, Entry } from 'ldapts';
import { Clock } from '../../../config/clock.js';
import type { LoadedUpstream } from '../definition.js';
import type { UpstreamAnswer } from '../mapping.js';
import { bindRefusal, type DirectoryRefusal, entryRefusal } from './bind-refusal.js';
import { DirectoryConnections } from './directory-connections.js';
import { answerOf, attributesOf, binaryAttributes, primaryGroupSid, valuesOf } from './entry.js';
import type { GroupMember } from './group-look.js';
import { personFilter, subjectsFilter } from './person-filter.js';
import { type PasswordRefusal, type PasswordReplacement, replacePassword } from './password-modify.js';
import { resultCodeOf } from './result-code.js';

/** LDAP result codes (RFC 4511 appendix A). */
const noSuchObject = 32;
const invalidCredentials = 49;
/** Bind results that say something of the entry: inappropriateAuthentication, constraintViolation, unwillingToPerform, … */
const refusedBinds: ReadonlySet<number> = new Set([19, noSuchObject, 34, 48, invalidCredentials, 50, 53]);

/** Somebody whom the directory knows. */
export interface DirectoryPerson extends GroupMember {
  readonly answer: UpstreamAnswer;
  /** Why they may not sign in, by their entry. */
  readonly refusal: DirectoryRefusal | undefined;
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
   * Finds the people with these subjects who still match `user_filter`.
   * @param subjects some hundreds at most
   * @returns those who were found, by subject in lower case: directories compare most attributes whatever their case
   * @throws UpstreamAwayError, BusyError
   */
  async findSubjects(
    upstream: LoadedUpstream,
    subjects: readonly string[],
  ): Promise<ReadonlyMap<string, DirectoryPerson>> {
    const { base_dn: base = '', user_scope: scope = 'sub' } = upstream;
    return this.connections.use(upstream, 'sync', async (client) => {
      if (upstream.bind_dn !== undefined) await client.bind(upstream.bind_dn, upstream.secret ?? '');
      const { searchEntries: entries } = await client.search(base, {
        scope,
        filter: await subjectsFilter(upstream, subjects),
        attributes: attributesOf(upstream),
        explicitBufferAttributes: binaryAttributes,
      });
      const people = entries.flatMap((entry) => this.personIn(upstream, entry) ?? []);
      return new Map(people.map((person) => [person.answer.subject.toLowerCase(), person]));
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
      }
    );
  }

  /**
   * Binds as an entry.
   * @param password not empty: a bind with an empty one would succeed for everybody (RFC 4513 §5.1.2)
   * @returns why it was refused; undefined if the password is right
   * @throws UpstreamAwayError, BusyError
   */
  async bind(upstream: LoadedUpstream, dn: string, password: string): Promise<DirectoryRefusal | undefined> {
    if (password === '' || dn === '') return 'wrong_password';
    return this.connections.use(upstream, 'password', (client) => refusalOf(client, dn, password));
  }

  /**
   * Binds as an entry, and changes its password by its own right.
   * @throws UpstreamAwayError, BusyError
   */
  async changePassword(
    upstream: LoadedUpstream,
    dn: string,
    replacement: PasswordReplacement,
  ): Promise<PasswordAnswer> {
    const { present } = replacement;
    if (present === '' || dn === '') return { kind: 'wrong', reason: 'wrong_password' };
    return this.connections.use(upstream, 'password', async (client) => {
      const wrong = await refusalOf(client, dn, present);
      if (wrong !== undefined) return { kind: 'wrong', reason: wrong };
      const isActiveDirectory = upstream.preset === 'active_directory';
      const reason = await replacePassword(client, dn, replacement, isActiveDirectory);
      return reason === undefined ? { kind: 'changed' } : { kind: 'refused', reason };
    });
  }
}

/** Why a bind was refused; undefined if it was not. */
async function refusalOf(
  client: Client,
  dn: string,
  password: string,
): Promise<DirectoryRefusal | undefined> {
  try {
    await client.bind(dn, password);
    return undefined;
  } catch (error) {
    const code = resultCodeOf(error);
    if (code === undefined || !refusedBinds.has(code)) throw error;
    return code === invalidCredentials ? bindRefusal((error as Error).message) : 'wrong_password';
  }
}
