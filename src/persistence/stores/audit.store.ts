import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { type AuditDetail, AuditEvent } from '../entities/audit-event.entity.js';
import { Client } from '../entities/client.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';
import { addPage, type Page, type PageRequest, readLongPage, toPage } from '../page.js';

/** An event before it has an id and a time. */
export type NewAuditEvent = Pick<AuditEvent, 'event' | 'actor'> &
  Partial<Pick<AuditEvent, 'userId' | 'clientId' | 'grantId' | 'address'>> & {
    readonly detail?: Readonly<Record<string, unknown>>;
  };

/** An event that happened at a time, in seconds since the epoch. */
export type TimedAuditEvent = NewAuditEvent & { readonly at: number };

export interface AuditFilter {
  readonly userId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly grantId?: string | undefined;
  readonly event?: string | undefined;
  readonly actor?: string | undefined;
  readonly address?: string | undefined;
}

/** Which events about somebody: those before or after one of them, or the newest. */
export interface NeighbourPage {
  readonly before?: string;
  readonly after?: string;
  readonly limit: number;
}

@Injectable()
export class AuditStore {
  constructor(private readonly database: Database) {}

  /** Adds an event in the transaction of the change. */
  async insert(tx: EntityManager, event: NewAuditEvent, now: number): Promise<void> {
    // A client_id may fill its column, and then `client:` no longer fits before it.
    const actor = event.actor.slice(0, 255);
    await tx.insert(AuditEvent, {
      ...event,
      detail: event.detail as AuditEvent['detail'],
      actor,
      id: newId(),
      at: now,
    });
  }

  /**
   * Adds many events by one statement.
   * @param events 500 at most
   */
  async insertAll(tx: EntityManager, events: readonly TimedAuditEvent[]): Promise<void> {
    if (events.length === 0) return;
    const values = events.flatMap(({ at, event, actor, userId, clientId, grantId, address, detail }) => [
      newId(),
      at,
      event,
      actor.slice(0, 255),
      userId ?? null,
      clientId ?? null,
      grantId ?? null,
      address ?? null,
      detail === undefined ? null : JSON.stringify(detail),
    ]);
    const rows = events.map(() => '(?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ');
    await this.database.writeLater(
      tx,
      `INSERT INTO audit_events (id, at, event, actor, user_id, client_id, grant_id, address, detail) VALUES ${rows}`,
      values,
    );
  }

  /** Those of the ids that clients have. */
  async clientsAmong(clientIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (clientIds.length === 0) return new Set();
    const clients = await this.database.read.find(Client, {
      select: { clientId: true },
      where: { clientId: In([...clientIds]) },
    });
    return new Set(clients.map(({ clientId }) => clientId));
  }

  /** Replaces the details of events that have one. */
  async replaceDetails(
    tx: EntityManager,
    about: Pick<AuditEvent, 'userId' | 'event'>,
    replace: (detail: AuditDetail) => AuditDetail,
  ): Promise<void> {
    const { userId, event } = about;
    const found = await tx.find(AuditEvent, {
      select: { id: true, detail: true },
      where: { userId: userId ?? '', event },
    });
    for (const { id, detail } of found)
      if (detail) await tx.update(AuditEvent, { id }, { detail: replace(detail), salt: null });
  }

  /** Every event of a time, oldest first. */
  async *every(time: Pick<PageRequest, 'since' | 'until'>): AsyncGenerator<AuditEvent> {
    let after: string | undefined;
    do {
      const page = { ...time, ...(after === undefined ? {} : { after }), limit: 500 };
      const { items, next } = await this.page({}, page, 'ASC');
      yield* items;
      after = next;
    } while (after !== undefined);
  }

  /** Erases all that events of some kinds say beside what they are about. */
  async eraseDetails(tx: EntityManager, userId: string, events: readonly string[]): Promise<void> {
    await tx.update(AuditEvent, { userId, event: In(events) }, { detail: null, salt: null });
  }

  /** Newest first. */
  async list(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEvent>> {
    return this.page(filter, page, 'DESC');
  }

  private async page(
    filter: AuditFilter,
    page: PageRequest,
    order: 'ASC' | 'DESC',
  ): Promise<Page<AuditEvent>> {
    const query = this.database.read.createQueryBuilder(AuditEvent, 'event');
    for (const [name, value] of Object.entries(filter))
      if (value !== undefined) query.andWhere(`event.${name} = :${name}`, { [name]: value as string });
    return readLongPage(query, page, 'at', order);
  }

  /**
   * Events of some kinds about a user, newest first.
   * @returns with whether there are more in the direction of the request
   */
  async listAbout(
    userId: string,
    events: readonly string[],
    { before, after, limit }: NeighbourPage,
  ): Promise<{ items: AuditEvent[]; hasMore: boolean }> {
    const order = after === undefined ? 'DESC' : 'ASC';
    const cursor = after ?? before;
    const query = addPage(
      this.database.read.createQueryBuilder(AuditEvent, 'event'),
      { limit, ...(cursor === undefined ? {} : { after: cursor }) },
      'at',
      order,
    ).andWhere('event.userId = :userId AND event.event IN (:...events)', { userId, events });
    const { items, next } = toPage(await query.getMany(), limit);
    return { items: order === 'DESC' ? items : items.toReversed(), hasMore: next !== undefined };
  }
}
