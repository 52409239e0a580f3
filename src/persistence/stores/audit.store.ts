import { Injectable } from '@nestjs/common';
import { type EntityManager, LessThan } from 'typeorm';
import { AuditEvent } from '../entities/audit-event.entity.js';
import { Database } from '../database.js';
import { newId } from '../id.js';
import { type Page, type PageRequest, toPage } from '../page.js';

/** An event before it has an id and a time. */
export type NewAuditEvent = Pick<AuditEvent, 'event' | 'actor'> &
  Partial<Pick<AuditEvent, 'userId' | 'clientId' | 'grantId' | 'address'>> & {
    readonly detail?: Readonly<Record<string, string | number | boolean | undefined>>;
  };

export interface AuditFilter {
  readonly userId?: string;
  readonly clientId?: string;
  readonly event?: string;
}

@Injectable()
export class AuditStore {
  constructor(private readonly database: Database) {}

  /** Adds an event in the transaction of the change. */
  async insert(tx: EntityManager, event: NewAuditEvent, now: number): Promise<void> {
    // A client_id may fill its column, and then `client:` no longer fits before it.
    await tx.insert(AuditEvent, { ...event, actor: event.actor.slice(0, 255), id: newId(), at: now });
  }

  /** Newest first; the cursor is the id of the last event on the previous page. */
  async list(filter: AuditFilter, { after, limit }: PageRequest): Promise<Page<AuditEvent>> {
    const events = await this.database.read.find(AuditEvent, {
      where: { ...filter, ...(after ? { id: LessThan(after) } : {}) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return toPage(events, limit);
  }
}
