import { Inject, Injectable } from '@nestjs/common';
import type { Client } from 'ldapts';
import pLimit, { type LimitFunction } from 'p-limit';
import { Clock } from '../../../config/clock.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { BusyError } from '../../../crypto/busy-error.js';
import { readAuthorities } from '../../../crypto/certificates.js';
import { Outbound } from '../../../outbound/outbound.js';
import { UpstreamBreaker } from '../breaker.js';
import type { LoadedUpstream } from '../definition.js';
import type { UpstreamAnswer } from '../mapping.js';
import { UpstreamAwayError } from '../protocols/protocol.js';
import { bindRefusal, type DirectoryRefusal, entryRefusal } from './bind-refusal.js';
import { answerOf, attributesOf, valuesOf } from './entry.js';
import { personFilter } from './person-filter.js';
import { type DirectoryServer, directoryServer } from './servers.js';
import { openSocket } from './socket.js';

const connectTimeoutMilliseconds = 3_000;
const operationTimeoutMilliseconds = 5_000;
/** Connections of this process to one directory; who waits longer in line is asked to come back. */
const maxConnections = 10;
const maxWaiting = 100;
const retryAfterSeconds = 5;
/** LDAP result codes (RFC 4511 appendix A). */
const noSuchObject = 32;
const invalidCredentials = 49;
/** Bind results that say something of the entry: inappropriateAuthentication, constraintViolation, unwillingToPerform, … */
const refusedBinds: ReadonlySet<number> = new Set([19, noSuchObject, 34, 48, invalidCredentials, 50, 53]);

/** Somebody whom the directory knows. */
export interface DirectoryPerson {
  readonly dn: string;
  readonly answer: UpstreamAnswer;
  /** Why they may not sign in, by their entry. */
  readonly refusal: DirectoryRefusal | undefined;
}

/** Searches directories for people, and binds as them. Referrals are not followed. */
@Injectable()
export class LdapDirectory {
  private readonly authorities: readonly string[] | undefined;
  private readonly lines = new Map<string, LimitFunction>();

  constructor(
    private readonly breaker: UpstreamBreaker,
    private readonly outbound: Outbound,
    private readonly clock: Clock,
    @Inject(SETTINGS) { ldapAuthorities }: Settings,
  ) {
    this.authorities =
      ldapAuthorities === undefined
        ? undefined
        : readAuthorities('EYRIE_LDAP_CA', ldapAuthorities).map(String);
  }

  /**
   * Finds the one person with this name.
   * @throws UpstreamAwayError, BusyError
   */
  async find(upstream: LoadedUpstream, username: string): Promise<DirectoryPerson | DirectoryRefusal> {
    const { base_dn: base = '', user_filter: filter = '', user_scope: scope = 'sub' } = upstream;
    return this.connected(upstream, async (client) => {
      if (upstream.bind_dn !== undefined) await client.bind(upstream.bind_dn, upstream.secret ?? '');
      const { searchEntries: entries } = await client.search(base, {
        scope,
        filter: personFilter(filter, username),
        attributes: attributesOf(upstream),
        explicitBufferAttributes: ['objectGUID'],
        sizeLimit: 2,
      });
      const [entry, second] = entries;
      if (second) return 'several_entries';
      const answer = entry && answerOf(upstream, entry);
      if (!entry || !answer) return 'unknown_person';
      const first = (attribute: string): string => valuesOf(entry, attribute)[0] ?? '';
      return { dn: entry.dn, answer, refusal: entryRefusal(first, this.clock.now()) };
    });
  }

  /**
   * Binds as an entry.
   * @param password not empty: a bind with an empty one would succeed for everybody (RFC 4513 §5.1.2)
   * @returns why it was refused; undefined if the password is right
   * @throws UpstreamAwayError, BusyError
   */
  async bind(upstream: LoadedUpstream, dn: string, password: string): Promise<DirectoryRefusal | undefined> {
    if (password === '' || dn === '') return 'wrong_password';
    return this.connected(upstream, async (client) => {
      try {
        await client.bind(dn, password);
        return undefined;
      } catch (error) {
        const code = resultCodeOf(error);
        if (code === undefined || !refusedBinds.has(code)) throw error;
        return code === invalidCredentials ? bindRefusal((error as Error).message) : 'wrong_password';
      }
    });
  }

  private async connected<Result>(
    upstream: LoadedUpstream,
    work: (client: Client) => Promise<Result>,
  ): Promise<Result> {
    const line = this.lines.get(upstream.alias) ?? pLimit(maxConnections);
    this.lines.set(upstream.alias, line);
    if (line.pendingCount >= maxWaiting) throw new BusyError(retryAfterSeconds);
    return line(() =>
      this.breaker.ask(upstream.alias, 'answer', async () => {
        const client = await this.open(upstream);
        try {
          return await work(client);
        } catch (error) {
          throw new UpstreamAwayError(`the directory failed: ${(error as Error).message}`.slice(0, 500));
        } finally {
          await client.unbind().catch(() => undefined);
        }
      }),
    );
  }

  /** Connects to the first server that answers. */
  private async open({ servers = [], start_tls, allow_plaintext }: LoadedUpstream): Promise<Client> {
    const problems: string[] = [];
    const options = { startsTls: start_tls === true, allowsPlaintext: allow_plaintext === true };
    for (const address of servers) {
      const server = directoryServer(address, options);
      try {
        if (typeof server === 'string') throw new Error(server);
        return await this.connect(server);
      } catch (error) {
        problems.push(`${address}: ${(error as Error).message}`);
      }
    }
    throw new UpstreamAwayError(problems.join('; ').slice(0, 500));
  }

  private async connect(server: DirectoryServer): Promise<Client> {
    // Loaded first: nobody would listen to errors of the socket meanwhile.
    const { Client: LdapClient } = await import('ldapts');
    const socket = await openSocket(server, {
      authorities: this.authorities,
      lookup: this.outbound.lookupFor(server.host, server.port),
      timeoutMilliseconds: connectTimeoutMilliseconds,
    });
    return new LdapClient({
      url: `ldap://${server.host.includes(':') ? `[${server.host}]` : server.host}:${server.port}`,
      timeout: operationTimeoutMilliseconds,
      connectTimeout: connectTimeoutMilliseconds,
      createConnection: () => socket,
    });
  }
}

/** The result code of the server; undefined if there is no result. */
function resultCodeOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}
