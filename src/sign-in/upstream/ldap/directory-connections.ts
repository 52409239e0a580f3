import { Inject, Injectable } from '@nestjs/common';
import type { Client } from 'ldapts';
import pLimit, { type LimitFunction } from 'p-limit';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import { BusyError } from '../../../crypto/busy-error.js';
import { readAuthorities } from '../../../crypto/certificates.js';
import { Outbound } from '../../../outbound/outbound.js';
import { UpstreamBreaker, type UpstreamPart } from '../breaker.js';
import type { LoadedUpstream } from '../definition.js';
import { UpstreamAwayError } from '../protocols/protocol.js';
import { type DirectoryServer, directoryServer } from './servers.js';
import { openSocket } from './socket.js';

const connectTimeoutMilliseconds = 3_000;
const operationTimeoutMilliseconds = 5_000;
/** No further server is tried after this time. */
const failoverMilliseconds = 6_000;
/** A server that failed is tried after the others for this long. */
const avoidMilliseconds = 30_000;
/** Connections of this process to one directory; who waits longer in line is asked to come back. */
const maxConnections = 10;
const maxWaiting = 100;
const retryAfterSeconds = 5;
/** Results that say something of the server, not of what was asked (RFC 4511 appendix A): busy, unavailable. */
const serverFaults: ReadonlySet<number> = new Set([51, 52]);

/** Connects to directories. Their servers stand in for one another. */
@Injectable()
export class DirectoryConnections {
  private readonly authorities: readonly string[] | undefined;
  private readonly lines = new Map<string, LimitFunction>();
  /** When servers failed, by the monotonic clock. */
  private readonly failedAt = new Map<string, number>();

  constructor(
    private readonly breaker: UpstreamBreaker,
    private readonly outbound: Outbound,
    @Inject(SETTINGS) { ldapAuthorities }: Settings,
  ) {
    this.authorities =
      ldapAuthorities === undefined
        ? undefined
        : readAuthorities('EYRIE_LDAP_CA', ldapAuthorities).map(String);
  }

  /**
   * Works with a connection to the directory, to the next server if one fails.
   * @param part what is asked of the directory
   * @param work runs again with another server, so that it must not count on having run once
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
    return line(() => this.breaker.ask(upstream.alias, part, () => this.atOneServer(upstream, work)));
  }

  private async atOneServer<Result>(
    { servers = [], start_tls: startsTls = false, allow_plaintext: allowsPlaintext = false }: LoadedUpstream,
    work: (client: Client) => Promise<Result>,
  ): Promise<Result> {
    const problems: string[] = [];
    const from = performance.now();
    for (const address of this.inOrder(servers)) {
      if (problems.length > 0 && performance.now() - from > failoverMilliseconds) break;
      try {
        const server = directoryServer(address, { startsTls, allowsPlaintext });
        if (typeof server === 'string') throw new Error(server);
        const result = await this.atServer(server, work);
        this.failedAt.delete(address);
        return result;
      } catch (error) {
        problems.push(`${address}: ${(error as Error).message}`);
        const code = resultCodeOf(error);
        if (code !== undefined && !serverFaults.has(code)) break;
        this.failedAt.set(address, performance.now());
      }
    }
    throw new UpstreamAwayError(`the directory failed: ${problems.join('; ')}`.slice(0, 500));
  }

  private async atServer<Result>(
    server: DirectoryServer,
    work: (client: Client) => Promise<Result>,
  ): Promise<Result> {
    const client = await this.connect(server);
    try {
      return await work(client);
    } finally {
      await client.unbind().catch(() => undefined);
    }
  }

  /** As they are configured, but those that failed lately come last. */
  private inOrder(servers: readonly string[]): string[] {
    const since = performance.now() - avoidMilliseconds;
    const hasFailed = (address: string): boolean => (this.failedAt.get(address) ?? -Infinity) > since;
    return [...servers.filter((one) => !hasFailed(one)), ...servers.filter(hasFailed)];
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
export function resultCodeOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}
