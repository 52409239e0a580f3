import { Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { AccessTokenFacts } from '../audit/issue-groups.js';
import type { RegisteredClient } from '../clients/registered-client.js';
import { Clock } from '../config/clock.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { Database } from '../persistence/database.js';
import type { TokenUse } from '../persistence/entities/token-use.entity.js';
import { type CountedUse, TokenUsesStore } from '../persistence/stores/token-uses.store.js';
import { namesUri } from '../protocol/uri.js';
import type { ActiveToken } from '../resource/active-tokens.js';

/** Milliseconds for which uses are counted in memory before they are written. */
const batchMilliseconds = 10_000;
/** The most rows of one transaction. */
const batchSize = 200;
/** Uses of different grants, resources and hours that wait to be written. */
const maxPending = 10_000;
const hourSeconds = 3_600;
/** Seconds for which people see a use. */
const keptSeconds = 30 * 86_400;

/** A use of a token, but for its resource and time. */
type Use = Pick<TokenUse, 'clientId' | 'grantId' | 'kind' | 'askedBy'> & { readonly userId: string | null };

/**
 * Counts what agents do for people: by grant, resource and hour, so that a busy agent writes as many rows as an idle one. Requests do not
 * wait for it: uses are counted in memory and written in batches. An orderly stop writes all of them; an end without one, and a database
 * that is away while too many wait, lose some.
 */
@Injectable()
export class TokenUses {
  private readonly logger = new Logger(TokenUses.name);
  private pending = new Map<string, CountedUse>();
  private timer: NodeJS.Timeout | undefined;
  private written: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly store: TokenUsesStore,
    private readonly clock: Clock,
  ) {}

  /** Writes what is pending once the server has answered its last request. */
  watch(server: FastifyInstance): void {
    server.addHook('onClose', () => this.flush());
  }

  /** An access token was issued to a client. */
  issued({ isAgent }: RegisteredClient, { clientId, userId, grantId, resource }: AccessTokenFacts): void {
    if (isAgent)
      this.count({ clientId, userId, grantId, kind: 'issued', askedBy: null }, resource.split(' '));
  }

  /** A client learned that a token is active: a resource server that received it, and not its own client. Exchanged ones were counted before. */
  introspected({ isAgent, actor, audience, ...token }: ActiveToken, by: RegisteredClient): void {
    if (!isAgent || actor !== undefined || by.clientId === token.clientId) return;
    const { introspectionResources: served } = by.metadata;
    const { clientId, userId, grantId } = token;
    this.count(
      { clientId, userId, grantId, kind: 'introspected', askedBy: by.clientId },
      audience.filter((identifier) => namesUri(served, identifier)),
    );
  }

  /** A service exchanged a token of an agent for one of its own. */
  exchanged(
    { clientId, isAgent }: RegisteredClient,
    { userId, grantId, resource, clientId: askedBy }: AccessTokenFacts,
  ): void {
    if (isAgent) this.count({ clientId, userId, grantId, kind: 'exchanged', askedBy }, resource.split(' '));
  }

  /** Writes what is pending. What is being written already is waited for. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.written = this.written.then(() => this.write());
    await this.written;
  }

  private count({ userId, ...use }: Use, resources: readonly string[]): void {
    if (userId === null) return;
    const now = this.clock.now();
    const hour = now - (now % hourSeconds);
    for (const resource of resources) {
      const key = JSON.stringify([use.grantId, use.clientId, resource, use.kind, use.askedBy, hour]);
      const present = this.pending.get(key);
      if (!present && this.pending.size >= maxPending) continue;
      this.pending.set(key, {
        ...use,
        userId,
        resource,
        hour,
        useKey: present?.useKey ?? lookupHash(key),
        uses: (present?.uses ?? 0) + 1,
        lastAt: now,
        expiresAt: hour + keptSeconds,
      });
    }
    this.timer ??= setTimeout(() => void this.flush(), batchMilliseconds).unref();
  }

  /** In the order of the keys, so that replicas that write the same rows do not lock each other. */
  private async write(): Promise<void> {
    const taken = [...this.pending.values()].toSorted((one, other) => (one.useKey < other.useKey ? -1 : 1));
    this.pending = new Map();
    try {
      while (taken.length > 0) {
        await this.database.write((tx) => this.store.add(tx, taken.slice(0, batchSize)));
        taken.splice(0, batchSize);
      }
    } catch (error) {
      this.logger.warn(`${taken.length} uses of tokens are not recorded: ${(error as Error).message}`);
    }
  }
}
