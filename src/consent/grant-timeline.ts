import { Injectable } from '@nestjs/common';
import type { AuditEventName } from '../audit/events.js';
import { Clock } from '../config/clock.js';
import type { AuditDetail, AuditEvent } from '../persistence/entities/audit-event.entity.js';
import type { Grant } from '../persistence/entities/grant.entity.js';
import { GrantHistoryStore, type Issued } from '../persistence/stores/grant-history.store.js';
import { GrantRevocation } from './grant-revocation.js';

/** Something that happened with a grant. */
export interface TimelineItem {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly event: string;
  /** Who did it, as in the audit trail; null if that is not recorded. */
  readonly actor: string | null;
  readonly detail: AuditDetail | null;
}

/** The whole story of a grant, oldest first. */
export interface Timeline {
  readonly grant: Grant;
  readonly items: readonly TimelineItem[];
  /** Whether there is more of a kind than is shown. */
  readonly isTruncated: boolean;
}

/** Of each kind of item the latest ones are shown. */
const maxOfKind = 200;

/** What happened in the same second stands in this order, all else before what ends a grant. */
const beginnings = [
  'backchannel_request.issued',
  'grant.created',
  'consent.given',
  'authorization_code.redeemed',
  'device_code.redeemed',
  'backchannel_request.redeemed',
];
const ends = /^grants?\.(revoked|expired)$|\.(replayed|reused|withdrawn)$/;

/** Tells what happened with a grant: from the grant, its codes and tokens, and the audit trail. */
@Injectable()
export class GrantTimeline {
  constructor(
    private readonly revocation: GrantRevocation,
    private readonly history: GrantHistoryStore,
    private readonly clock: Clock,
  ) {}

  /** @throws NotFoundException */
  async read(grantId: string): Promise<Timeline> {
    const grant = await this.revocation.require(grantId);
    const events = await this.history.events(grantId, maxOfKind + 1);
    const issued = await this.history.issued(grantId, maxOfKind + 1);
    const isTold = toldBy(events);
    const items = [
      ...ofGrant(grant, events, await this.actorOfEnd(grant), this.clock.now()),
      ...events.slice(0, maxOfKind).map(ofEvent),
      ...issued.flatMap(ofIssued).filter((item) => !isTold(item)),
    ];
    const isCutOff = (one: Issued['kind']): boolean =>
      issued.filter(({ kind }) => kind === one).length > maxOfKind;
    return {
      grant,
      items: items.toSorted((a, b) => a.at - b.at || rank(a) - rank(b)),
      isTruncated: events.length > maxOfKind || issuedKinds.some(isCutOff),
    };
  }

  /** Who ended the grant along with others; null if the audit trail does not say it. */
  private async actorOfEnd(grant: Grant): Promise<string | null> {
    const event = eventByReason[grant.revokedReason ?? ''];
    if (grant.revokedAt === null || event === undefined) return null;
    return (await this.history.eventAt(grant.revokedAt, event, grant))?.actor ?? null;
  }
}

/** Which event says that a grant was revoked for a reason, along with others. */
const eventByReason: Readonly<Record<string, AuditEventName>> = {
  client_deleted: 'client.deleted',
  consent_withdrawn: 'consent.withdrawn',
  deletion_requested: 'user.deletion_requested',
  organization_deleted: 'organization.deleted',
  organization_left: 'organization.member_removed',
  organization_consent_withdrawn: 'organization.consent_withdrawn',
  password_changed: 'user.password_set',
  resource_deleted: 'resource.deleted',
  revoked_by_administrator: 'grants.revoked',
  scope_deleted: 'resource.updated',
  details_type_deleted: 'authorization_details_type.deleted',
  details_type_moved: 'authorization_details_type.updated',
  sector_changed: 'grants.revoked',
  keys_withdrawn: 'grants.revoked',
  session_ended: 'session.ended',
  user_deleted: 'user.deleted',
  user_disabled: 'user.disabled',
};

/** The beginning and the end of a grant. The audit trail may have been shortened, and says nothing of what expires. */
function ofGrant(
  grant: Grant,
  events: readonly AuditEvent[],
  endedBy: string | null,
  now: number,
): TimelineItem[] {
  const { grantType, scope, authorizationDetails, createdAt, expiresAt, revokedAt, revokedReason, userId } =
    grant;
  const actor = userId === null ? `client:${grant.clientId}` : `user:${userId}`;
  const items: TimelineItem[] = [
    {
      at: createdAt,
      event: 'grant.created',
      actor,
      detail: {
        grant_type: grantType,
        scope,
        ...(authorizationDetails && { authorization_details: authorizationDetails }),
      },
    },
  ];
  const isTold = events.some(
    ({ event, at }) => at === revokedAt && /^(grant|code|refresh_token)\./.test(event),
  );
  if (revokedAt !== null && !isTold)
    items.push({
      at: revokedAt,
      event: 'grant.revoked',
      actor: endedBy,
      detail: { reason: revokedReason ?? '' },
    });
  if (revokedAt === null && expiresAt !== null && expiresAt <= now)
    items.push({ at: expiresAt, event: 'grant.expired', actor: null, detail: null });
  return items;
}

const ofEvent = ({ at, event, actor, detail }: AuditEvent): TimelineItem => ({ at, event, actor, detail });

function ofIssued({ kind, jti, issuedAt, expiresAt, endedAt }: Issued): TimelineItem[] {
  const about = { expires_at: expiresAt, ...(jti === null ? {} : { jti }) };
  const items: TimelineItem[] = [];
  if (issuedAt !== null) items.push({ at: issuedAt, event: `${kind}.issued`, actor: null, detail: about });
  if (endedAt !== null)
    items.push({ at: endedAt, event: `${kind}.${endOf[kind]}`, actor: null, detail: about });
  return items;
}

/** Whether the events tell that an opaque token was issued or revoked: then its row has nothing to add. */
function toldBy(events: readonly AuditEvent[]): (item: TimelineItem) => boolean {
  const issued = new Set<unknown>();
  const revoked = new Set<unknown>();
  for (const { event, detail } of events) {
    if (event === 'token.issued') for (const jti of [detail?.['jtis']].flat()) issued.add(jti);
    if (event === 'access_token.revoked') revoked.add(detail?.['jti']);
  }
  return ({ event, detail }) =>
    (event === 'access_token.issued' && issued.has(detail?.['jti'])) ||
    (event === 'access_token.revoked' && revoked.has(detail?.['jti']));
}

const endOf = {
  authorization_code: 'redeemed',
  device_code: 'redeemed',
  backchannel_request: 'redeemed',
  refresh_token: 'rotated',
  access_token: 'revoked',
} as const satisfies Record<Issued['kind'], string>;

const issuedKinds = Object.keys(endOf) as Issued['kind'][];

function rank({ event }: TimelineItem): number {
  const beginning = beginnings.indexOf(event);
  if (beginning >= 0) return beginning;
  return ends.test(event) ? beginnings.length + 1 : beginnings.length;
}
