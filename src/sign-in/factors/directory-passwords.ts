import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PasswordHasher } from '../../crypto/password.js';
import { formParameters } from '../../http/forms.js';
import { addressOf } from '../../http/network.js';
import { message } from '../../locales/message.js';
import { usernameKey, UsersStore } from '../../persistence/stores/users.store.js';
import { Attempts } from '../attempts.js';
import { sealedPurposeOf } from '../sign-in-purposes.js';
import type { LoadedUpstream } from '../upstream/definition.js';
import { DirectoryArrival } from '../upstream/ldap/directory-arrival.js';
import { DirectoryIdentities } from '../upstream/ldap/directory-identities.js';
import { type DirectoryPerson, LdapDirectory } from '../upstream/ldap/ldap-directory.js';
import { isOutdated, outdatedElsewhere, proofOf } from '../upstream/ldap/password-proof.js';
import { UpstreamAwayError } from '../upstream/protocols/protocol.js';
import { UpstreamRefusals } from '../upstream/upstream-refusals.js';
import { DirectoryChoice } from './directory-choice.js';
import type { FactorOutcome, UnlinkedOutcome } from './factor.js';

const refused = { kind: 'refused', message: message('signIn.wrongPassword') } as const;
/** Characters of a username or an e-mail address. */
const maxNameLength = 320;

/** Somebody who was found, and the directory that was asked about them. */
interface Found {
  readonly upstream: LoadedUpstream;
  /** Why nobody was found, or who. */
  readonly person: DirectoryPerson | string;
}

/**
 * Checks passwords of directories (LDAP), typed on the sign-in page. An unknown name takes the same steps as a wrong password, and gets
 * the same answer.
 */
@Injectable()
export class DirectoryPasswords {
  constructor(
    private readonly choice: DirectoryChoice,
    private readonly directory: LdapDirectory,
    private readonly arrival: DirectoryArrival,
    private readonly refusals: UpstreamRefusals,
    private readonly identities: DirectoryIdentities,
    private readonly users: UsersStore,
    private readonly attempts: Attempts,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * @returns undefined if the name is one of an account with a password of this server, or there is no directory
   * @throws PageError if the directory does not answer, or its rules refuse the person
   * @throws BusyError
   */
  async check(
    request: FastifyRequest,
    username: string,
    password: string,
  ): Promise<FactorOutcome | UnlinkedOutcome | undefined> {
    // The same measure as for accounts of this server, so that no spelling of a name leads past the directory.
    const key = usernameKey(username);
    if (key.length > maxNameLength) return undefined;
    const trimmed = username.trim();
    const name = trimmed.length <= maxNameLength ? trimmed : key;
    const asked = await this.choice.of(name, Boolean(formParameters(request).get('link')));
    const [first] = asked;
    if (!first) return undefined;
    try {
      return await this.attempt(asked, first, name, password, request);
    } catch (error) {
      throw await this.refusals.pageOf(error, first, request, sealedPurposeOf(request));
    }
  }

  /**
   * Asks after a wrong password of an account of this server what is asked about an unknown name: it takes as long, and fails as that
   * does where a directory is away.
   * @throws PageError, BusyError
   */
  async pretend(request: FastifyRequest, username: string): Promise<void> {
    if (usernameKey(username).length > maxNameLength) return;
    const name = username.trim().slice(0, maxNameLength);
    const asked = await this.choice.ofUnknown(name);
    const [first] = asked;
    if (!first) return;
    try {
      let away: UpstreamAwayError | undefined;
      for (const upstream of asked) away = (await this.awayFrom(upstream, name)) ?? away;
      if (away) throw away;
      await this.directory.bind(first, first.base_dn ?? '', 'a password that nobody has');
    } catch (error) {
      throw await this.refusals.pageOf(error, first, request, sealedPurposeOf(request));
    }
  }

  /** Looks for a name whose entry does not matter. */
  private async awayFrom(upstream: LoadedUpstream, name: string): Promise<UpstreamAwayError | undefined> {
    try {
      await this.directory.find(upstream, name);
      return undefined;
    } catch (error) {
      if (error instanceof UpstreamAwayError) return error;
      throw error;
    }
  }

  private async attempt(
    asked: readonly LoadedUpstream[],
    first: LoadedUpstream,
    username: string,
    password: string,
    request: FastifyRequest,
  ): Promise<FactorOutcome | UnlinkedOutcome> {
    const account = await this.choice.find(username);
    const closed = await this.attempts.wait(account?.username ?? username, account?.id, request);
    if (closed !== undefined) return { kind: 'throttled', retryAfterSeconds: closed };
    await this.hasher.compare(undefined, password, () => !request.raw.socket.destroyed);
    const { upstream, person: found } = await this.search(asked, first, username);
    const { person, identity } =
      typeof found === 'string'
        ? { person: found, identity: null }
        : await this.identities.find(upstream, found);
    const isFound = typeof person !== 'string';
    const known = identity && (await this.users.find(identity.userId));
    let reason: string | undefined = isFound ? undefined : person;
    const outcome = await this.attempts.make(
      {
        factor: 'password',
        // One person has one count, whichever of their names is typed, in whichever spelling the directory understands. No username has a tab.
        username: known?.username ?? (isFound ? `${upstream.alias}\t${person.answer.subject}` : username),
        userId: known?.id,
        isFurther: false,
        isReserved: true,
        failure: () => ({ upstream: upstream.alias, reason }),
      },
      request,
      async () => {
        const dn = isFound ? person.dn : (upstream.base_dn ?? '');
        const bound = await this.directory.bind(upstream, dn, password);
        const proof = isFound ? proofOf(upstream, person, bound) : undefined;
        reason ??= proof?.reason;
        return proof?.proven;
      },
      refused,
    );
    if (outcome.kind === 'refused' && isOutdated(reason)) return outdatedElsewhere(upstream, reason);
    if (outcome.kind !== 'right') return outcome;
    const arrived = await this.arrival.receive(upstream, outcome.proven.person, known, addressOf(request));
    return arrived.kind === 'proven' && outcome.proven.isOutdated
      ? { ...arrived, outdatedPassword: { upstreamId: upstream.id, directory: upstream.name } }
      : arrived;
  }

  /** @throws UpstreamAwayError if nobody was found, and a directory did not answer */
  private async search(
    asked: readonly LoadedUpstream[],
    first: LoadedUpstream,
    username: string,
  ): Promise<Found> {
    let away: UpstreamAwayError | undefined;
    let found: Found | undefined;
    for (const upstream of asked) {
      try {
        const person = await this.directory.find(upstream, username);
        found ??= { upstream, person };
        if (typeof person !== 'string') return { upstream, person };
      } catch (error) {
        if (!(error instanceof UpstreamAwayError)) throw error;
        away = error;
      }
    }
    if (away) throw away;
    return found ?? { upstream: first, person: 'unknown_person' };
  }
}
