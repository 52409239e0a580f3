import { Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Database } from '../persistence/database.js';
import { AuditStore, type TimedAuditEvent } from '../persistence/stores/audit.store.js';
import { EventBuffer } from './event-buffer.js';
import type { AuditEvent } from './events.js';
import { type AccessTokenFacts, type Issue, type IssueGroup, IssueGroups } from './issue-groups.js';
import { type CountedRefusals, RefusalCounts, type TokenRefusal } from './refusal-counts.js';
import { storedForm } from './stored-form.js';
import { withoutSecrets } from './without-secrets.js';

/** Milliseconds for which events are collected before they are written together; with the time to write them, less than a second. */
const batchMilliseconds = 500;
/** Milliseconds until events that could not be written are written again. */
const retryMilliseconds = 5_000;
/** The most events of one transaction. */
const batchSize = 500;

/**
 * Records what the token endpoint issues and refuses in the audit trail, as far as `EYRIE_AUDIT_TOKENS` says. Requests do not wait for it:
 * events are collected and written in batches. An orderly stop writes all of them, an end without one loses those of the last second. While
 * the database is away they are held in memory; an event counts what had to be dropped.
 */
@Injectable()
export class TokenEvents {
  private readonly logger = new Logger('Audit');
  private readonly buffer = new EventBuffer();
  private readonly issues = new IssueGroups();
  private readonly refusals = new RefusalCounts();
  private timer: NodeJS.Timeout | undefined;
  private written: Promise<void> = Promise.resolve();
  readonly areIssuesRecorded: boolean;
  readonly areRefusalsRecorded: boolean;

  constructor(
    private readonly database: Database,
    private readonly store: AuditStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) { auditTokens }: Pick<Settings, 'auditTokens'>,
  ) {
    this.areIssuesRecorded = auditTokens === 'all';
    this.areRefusalsRecorded = auditTokens !== 'off';
  }

  /** Writes what is pending once the server has answered its last request. */
  watch(server: FastifyInstance): void {
    if (this.areRefusalsRecorded) server.addHook('onClose', () => this.flush(true));
  }

  issued(facts: AccessTokenFacts, issue: Issue): void {
    if (!this.areIssuesRecorded) return;
    const now = this.clock.now();
    if (!this.issues.add(facts, issue, now)) this.buffer.drop(1, now, now);
    this.writeSoon(batchMilliseconds);
  }

  refused(refusal: TokenRefusal): void {
    if (!this.areRefusalsRecorded) return;
    this.refusals.add(refusal, this.clock.now());
    this.writeSoon(batchMilliseconds);
  }

  /**
   * Writes what is pending. What is being written already is waited for.
   * @param isLast whether the process ends
   */
  async flush(isLast = false): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.written = this.written.then(() => this.write(isLast));
    await this.written;
  }

  private async write(isLast: boolean): Promise<void> {
    const now = this.clock.now();
    for (const group of this.issues.take()) this.add(issueEvent(group), group.at);
    const refused = this.refusals.take(now, isLast);
    // Without the database nobody can say which clients there are. The refusals are worth more than what callers say they are.
    const known = await this.knownAmong(refused).catch(() => new Set<string>());
    for (const each of refused) this.add(refusalEvent(each, known), each.at);
    while (!this.buffer.isEmpty) if (!(await this.writeBatch(now, isLast))) return;
    if (!this.issues.isEmpty || !this.refusals.isEmpty) this.writeSoon(batchMilliseconds);
  }

  /** @returns false if the database did not take it; then it is put back */
  private async writeBatch(now: number, isLast: boolean): Promise<boolean> {
    const { events, dropped } = this.buffer.take(batchSize, now);
    const gap: AuditEvent | undefined = dropped && {
      event: 'token.events_dropped',
      actor: 'system',
      detail: { ...dropped },
    };
    const rows = gap ? [...events, { ...storedForm(gap), at: now }] : events;
    try {
      await this.database.write((tx) => this.store.insertAll(tx, rows));
      return true;
    } catch (error) {
      this.buffer.putBack(events, dropped);
      const { message } = error as Error;
      const left = this.buffer.size;
      if (isLast) this.logger.error(`${left} events of tokens are lost, since the process ends: ${message}`);
      else this.logger.warn(`${left} events of tokens could not be recorded yet: ${message}`);
      if (!isLast) this.writeSoon(retryMilliseconds);
      return false;
    }
  }

  /** The clients that exist, of those that only named themselves. */
  private async knownAmong(counted: readonly CountedRefusals[]): Promise<ReadonlySet<string>> {
    const named = counted.flatMap(({ first }) => (first?.isAuthenticated ? [] : (first?.clientId ?? [])));
    return this.store.clientsAmong([...new Set(named)]);
  }

  private add(event: AuditEvent, at: number): void {
    const timed: TimedAuditEvent = { ...storedForm(event), at };
    this.buffer.add(timed);
  }

  private writeSoon(milliseconds: number): void {
    this.timer ??= setTimeout(() => void this.flush(), milliseconds).unref();
  }
}

function issueEvent({ facts, issue, jtis }: IssueGroup): AuditEvent {
  const { clientId, userId, grantId, scope, resource } = facts;
  const { grantType, address } = issue;
  return {
    event: 'token.issued',
    actor: `client:${clientId}`,
    ...(address !== undefined && { address }),
    userId,
    clientId,
    grantId,
    detail: { grant_type: grantType, scope, resource, jtis },
  };
}

/** @param known the clients whose names are kept although they have not authenticated: an anonymous caller may put anything there */
function refusalEvent({ error, first, count }: CountedRefusals, known: ReadonlySet<string>): AuditEvent {
  if (!first)
    return {
      event: 'token.refused',
      actor: 'anonymous',
      clientId: null,
      detail: { ...nothing, error, count },
    };
  const { clientId, isAuthenticated, address, grantType, reason, request } = first;
  const name = clientId !== undefined && (isAuthenticated || known.has(clientId)) ? clientId : null;
  return {
    event: 'token.refused',
    actor: { name: isAuthenticated && name !== null ? `client:${name}` : 'anonymous', address },
    clientId: name,
    detail: { grant_type: grantType, error, reason: withoutSecrets(reason), request, count },
  };
}

/** What is not known of refusals that are counted by their error alone. */
const nothing = { grant_type: undefined, reason: undefined, request: undefined };
