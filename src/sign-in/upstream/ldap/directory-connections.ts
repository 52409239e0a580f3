import { Inject, Injectable } from '@nestjs/common';
import type { Client } from 'ldapts';
import pLimit, { type LimitFunction } from 'p-limit';
import { Clock } from '../../../config/clock.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { BusyError } from '../../../crypto/busy-error.js';
import { readAuthorities } from '../../../crypto/certificates.js';
import { Outbound } from '../../../outbound/outbound.js';
import { UpstreamBreaker, type UpstreamPart } from '../breaker.js';
import type { LoadedUpstream } from '../definition.js';
import { UpstreamAwayError } from '../protocols/protocol.js';
import { referralResult, resultCodeOf } from './result-code.js';
import { type DirectoryServer, directoryServer } from './servers.js';
import { openSocket } from './socket.js';

const connectTimeoutMilliseconds = 3_000;
const operationTimeoutMilliseconds = 5_000;
/** Connections of this process to one directory; who waits longer in line is asked to come back. */
const maxConnections = 10;
const maxWaiting = 100;
const retryAfterSeconds = 5;
/** How long a server that failed is asked after the others alone. */
const restSeconds = 30;
/** LDAP results that say that another server may do better: busy and unavailable (RFC 4511 appendix A). */
const unableResults: ReadonlySet<number> = new Set([51, 52]);

/** A client, and what ends its connection. */
interface Connection {
  readonly client: Client;
  readonly end: () => Promise<void>;
}

/** Connects to the servers of directories. */
@Injectable()
export class DirectoryConnections {
  private readonly authorities: readonly string[] | undefined;
  private readonly lines = new Map<string, LimitFunction>();
  /** Until when servers that failed stand behind the others, in seconds since the epoch. */
  private readonly resting = new Map<string, number>();

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
   * Does some work on a connection of its own. A server that does not answer, is busy, unavailable or
   * refers to another one gives way to the next.
   * @throws UpstreamAwayError, BusyError
   */
  async use<Result>(
    upstream: LoadedUpstream,
    part: UpstreamPart,
    work: (client: Client) => Promise<Result>,
  ): Promise<Result> {
    const line = this.lines.get(upstream.alias) ?? pLimit(maxConnections);
    this.lines.set(upstream.alias, line);
    if (line.pendingCount >= maxWaiting) throw new BusyError(retryAfterSeconds);
    return line(() => this.breaker.ask(upstream.alias, part, () => this.askInTurn(upstream, part, work)));
  }

  private async askInTurn<Result>(
    upstream: LoadedUpstream,
    part: UpstreamPart,
    work: (client: Client) => Promise<Result>,
  ): Promise<Result> {
    const { servers = [], start_tls, allow_plaintext } = upstream;
    const options = { startsTls: start_tls === true, allowsPlaintext: allow_plaintext === true };
    const problems: string[] = [];
    // What a server says to one person's password closes the directory for nobody else.
    let isObserved = false;
    for (const address of this.inOrder(servers)) {
      const server = directoryServer(address, options);
      let connection: Connection | undefined;
      try {
        if (typeof server === 'string') throw new Error(server);
        connection = await this.connect(server);
        const result = await work(connection.client);
        this.resting.delete(address);
        return result;
      } catch (error) {
        problems.push(`${address}: ${(error as Error).message}`);
        const code = resultCodeOf(error);
        // Without a result it did not answer, or not in time.
        const isServerAtFault = code === undefined || unableResults.has(code);
        if (isServerAtFault) this.resting.set(address, this.clock.now() + restSeconds);
        isObserved ||= isServerAtFault || part !== 'password';
        // A password without an answer may have been counted: the next server would count it again.
        const isAskedOnce = part === 'password' && connection !== undefined && code === undefined;
        if ((!isServerAtFault && code !== referralResult) || isAskedOnce)
          throw new UpstreamAwayError(
            `the directory failed: ${(error as Error).message}`.slice(0, 500),
            isObserved,
          );
      } finally {
        await connection?.end();
      }
    }
    throw new UpstreamAwayError(problems.join('; ').slice(0, 500), isObserved);
  }

  /** Servers that have just failed come last, so that not everybody waits for them. */
  private inOrder(servers: readonly string[]): readonly string[] {
    const now = this.clock.now();
    const rests = (address: string): boolean => (this.resting.get(address) ?? 0) > now;
    return [...servers.filter((address) => !rests(address)), ...servers.filter(rests)];
  }

  private async connect(server: DirectoryServer): Promise<Connection> {
    // Loaded first: nobody would listen to errors of the socket meanwhile.
    const { Client: LdapClient } = await import('ldapts');
    const socket = await openSocket(server, {
      authorities: this.authorities,
      lookup: this.outbound.lookupFor(server.host, server.port),
      timeoutMilliseconds: connectTimeoutMilliseconds,
    });
    const client = new LdapClient({
      url: `ldap://${server.host.includes(':') ? `[${server.host}]` : server.host}:${server.port}`,
      timeout: operationTimeoutMilliseconds,
      connectTimeout: connectTimeoutMilliseconds,
      createConnection: () => socket,
    });
    return {
      client,
      end: async () => {
        await client.unbind().catch(() => undefined);
        // A client that was never used has not taken the socket over.
        socket.destroy();
      },
    };
  }
}
