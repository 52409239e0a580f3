import { Injectable } from '@nestjs/common';
import { AuditEvent } from '../../persistence/entities/audit-event.entity.js';
import { Delivery } from '../../persistence/entities/delivery.entity.js';
import { MailedLink } from '../../persistence/entities/mailed-link.entity.js';
import { AuditStore } from '../../persistence/stores/audit.store.js';
import { DeliveriesStore } from '../../persistence/stores/deliveries.store.js';
import { MailedLinksStore } from '../../persistence/stores/mailed-links.store.js';
import { isOwn, originOf } from '../event-origin.js';
import { type DataSection, everyItem, timeOf } from './data-section.js';

/** What happened in the account, and what was sent to the person. */
@Injectable()
export class HistoryData {
  readonly sections: readonly DataSection[] = [
    { name: 'activity', from: [AuditEvent], read: (userId) => this.activityOf(userId) },
    { name: 'mailed_links', from: [MailedLink], read: (userId) => this.linksOf(userId) },
    { name: 'notices', from: [Delivery], read: (userId) => this.noticesOf(userId) },
  ];

  constructor(
    private readonly audit: AuditStore,
    private readonly links: MailedLinksStore,
    private readonly deliveries: DeliveriesStore,
  ) {}

  /** Who else did something, and from where, is not the person's. */
  private activityOf(userId: string): AsyncIterable<object> {
    return everyItem(
      (page) => this.audit.list({ userId }, page),
      (event) => ({
        at: timeOf(event.at),
        event: event.event,
        by: originOf(event, userId),
        client_id: event.clientId,
        grant_id: event.grantId,
        address: isOwn(event, userId) ? event.address : null,
        detail: event.detail,
      }),
    );
  }

  private async *linksOf(userId: string): AsyncIterable<object> {
    for (const link of await this.links.of(userId))
      yield {
        purpose: link.purpose,
        mailed_to: link.email,
        new_email: link.newEmail,
        created_at: timeOf(link.createdAt),
        expires_at: timeOf(link.expiresAt),
        used_at: timeOf(link.usedAt),
      };
  }

  /** Mails, and notices to applications that a session has ended. */
  private noticesOf(userId: string): AsyncIterable<object> {
    return everyItem(
      (page) => this.deliveries.list({ userId }, page),
      (delivery) => ({
        kind: delivery.kind,
        client_id: delivery.clientId,
        content: delivery.payload,
        state: delivery.state,
        created_at: timeOf(delivery.createdAt),
        delivered_at: timeOf(delivery.deliveredAt),
      }),
    );
  }
}
