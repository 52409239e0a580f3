import { Injectable } from '@nestjs/common';
import { message, type Text } from '../locales/message.js';
import type { AuditEvent } from '../persistence/entities/audit-event.entity.js';
import { AuditStore } from '../persistence/stores/audit.store.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { nameAmong, type Translated } from '../clients/client-texts.js';
import { parseScope } from '../protocol/scope.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';
import type { ActivityEntry, ActivityPage } from '../views/owner-page-models.js';
import { type EventOrigin, isOwn, originOf } from './event-origin.js';
import { activityEvents, changedMembers, wordsOf } from './activity-words.js';

/** Where a page of the activity begins: before or after an event, or at the newest. */
export type ActivityCursor = { readonly before: string } | { readonly after: string } | undefined;

const eventsPerPage = 25;

interface EventPage {
  readonly events: readonly AuditEvent[];
  readonly older: string | undefined;
  readonly newer: string | undefined;
}

/** The content of the page on which people see what happened in their account. It shows nothing of anybody else. */
@Injectable()
export class ActivityPages {
  constructor(
    private readonly audit: AuditStore,
    private readonly clients: ClientsStore,
    private readonly users: UsersStore,
    private readonly catalogue: ResourceCatalogue,
  ) {}

  async contentFor(
    { userId, username }: ActiveSession,
    cursor: ActivityCursor,
  ): Promise<Omit<ActivityPage, 'scriptNonce'>> {
    const user = await this.users.find(userId);
    const { events, older, newer } = await this.page(userId, cursor);
    const clientIds = [...new Set(events.flatMap(({ clientId }) => clientId ?? []))];
    const names = await this.clients.names(clientIds);
    return {
      username,
      timeZone: user?.zoneinfo ?? undefined,
      older,
      newer,
      entries: (await Promise.all(events.map((event) => this.entry(event, userId, names)))).flat(),
    };
  }

  /** The events of a page, newest first, with the cursors of its neighbours. */
  private async page(userId: string, cursor: ActivityCursor): Promise<EventPage> {
    const limit = eventsPerPage;
    const { items, hasMore } = await this.audit.listAbout(userId, activityEvents, { ...cursor, limit });
    const isTowardsNewest = cursor !== undefined && 'after' in cursor;
    // The newest page is a full one, as far as there is enough. A cursor at the end shows it too.
    if (cursor && (isTowardsNewest ? !hasMore : items.length === 0)) return this.page(userId, undefined);
    return {
      events: items,
      newer: cursor && items[0]?.id,
      older: isTowardsNewest || hasMore ? items.at(-1)?.id : undefined,
    };
  }

  private async entry(
    event: AuditEvent,
    userId: string,
    clients: ReadonlyMap<string, Translated>,
  ): Promise<ActivityEntry[]> {
    const { at, actor, address, detail, clientId } = event;
    const client = clientId === null ? undefined : nameAmong(clients, clientId);
    const what = wordsOf(event.event, { actor, detail, client });
    if (!what) return [];
    const own = isOwn(event, userId);
    const userAgent = detail?.user_agent;
    return [
      {
        at: new Date(at * 1_000),
        what,
        details: [...changedMembers(event), ...(await this.scopesOf(event))],
        by: origins[originOf(event, userId)],
        // Those of an administrator or an application are none of the person's business.
        address: own ? (address ?? undefined) : undefined,
        userAgent: own && typeof userAgent === 'string' ? userAgent : undefined,
      },
    ];
  }

  /** What a consent allowed. */
  private async scopesOf({ event, detail }: AuditEvent): Promise<Text[]> {
    if (event !== 'consent.given' || typeof detail?.scope !== 'string') return [];
    return Promise.all(parseScope(detail.scope).map((scope) => this.catalogue.describe(scope)));
  }
}

/** What the page says of who it was, if it was not the person. The words name the application that an event is about. */
const origins: Readonly<Record<EventOrigin, Text | undefined>> = {
  person: undefined,
  application: undefined,
  administrator: message('activity.byAdministrator'),
  service: message('activity.automatic'),
};
