import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { SaidEnding } from '../persistence/rehearsal.js';
import {
  type AffectedGrants,
  AffectedGrantsStore,
  type NamedGrant,
} from '../persistence/stores/affected-grants.store.js';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import { SessionsStore } from '../persistence/stores/sessions.store.js';
import { UpstreamsStore } from '../persistence/stores/upstreams.store.js';
import { type ForesightDto, toEndingGrantDto } from './foresight.dto.js';
import { withIdentifier } from './resource-rules.js';

/** What a call ends. */
export type Ending =
  | { readonly of: 'client'; readonly clientId: string }
  /** What a change of its metadata ends is said by the change. */
  | { readonly of: 'client change' }
  /** `isOnline`: the grants that do not depend on a session stay. */
  | { readonly of: 'user'; readonly userId: string; readonly isOnline?: boolean }
  | { readonly of: 'upstream'; readonly alias: string }
  | { readonly of: 'trusted issuer'; readonly name: string }
  | { readonly of: 'authorization details type'; readonly type: string }
  /** Without a user: the organization itself. */
  | { readonly of: 'organization'; readonly organizationId: string; readonly userId?: string | undefined }
  /** What a client is allowed in place of members: its grants stay, unless they are revoked too. */
  | {
      readonly of: 'organization consent';
      readonly organizationId: string;
      readonly clientId: string;
      readonly isRevoking: boolean;
    }
  /** Which memberships of organizations a change of a user ends is said by the change. */
  | { readonly of: 'memberships'; readonly userId: string }
  | { readonly of: 'session'; readonly userId: string; readonly sessionId: string }
  | { readonly of: 'grant'; readonly grantId: string }
  | { readonly of: 'parties'; readonly userId?: string | undefined; readonly clientId?: string | undefined }
  /** `keeping`: the scopes that the resource has afterwards. */
  | { readonly of: 'resource'; readonly identifier: string; readonly keeping: readonly string[] };

const shownGrants = 20;

const nothing = {
  grants: 0,
  narrowed_grants: 0,
  unrenewable_grants: 0,
  people: 0,
  clients: 0,
  sessions: 0,
  first: [],
} satisfies ForesightDto;

/** Says what a call would end, and ends nothing. */
@Injectable()
export class Foresight {
  constructor(
    private readonly affected: AffectedGrantsStore,
    private readonly sessions: SessionsStore,
    private readonly resources: ResourcesStore,
    private readonly upstreams: UpstreamsStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param ending what the call ends, which would have been accepted
   * @param said what its rehearsal said
   */
  async foresee(ending: Ending, said: readonly SaidEnding[]): Promise<ForesightDto> {
    switch (ending.of) {
      case 'client':
        return this.ofGrants({ clientId: ending.clientId });
      case 'client change':
        return this.ofClientChange(said);
      case 'user': {
        const { userId, isOnline } = ending;
        const sessions = (await this.activeSessions(userId)).length;
        return this.ofGrants({ userId, ...(isOnline ? { isOnline } : {}) }, sessions);
      }
      case 'upstream': {
        const upstream = await this.upstreams.find(ending.alias);
        if (!upstream) return nothing;
        const now = this.clock.now();
        const idleSince = now - this.settings.lifetimes.sessionIdle;
        const sessions = await this.upstreams.countSessions(upstream.id, now, idleSince);
        return this.ofGrants({ endedUpstreamId: upstream.id }, sessions);
      }
      case 'trusted issuer': {
        const trustedIssuerId = await this.affected.idOfTrustedIssuer(ending.name);
        return trustedIssuerId === undefined ? nothing : this.ofGrants({ trustedIssuerId });
      }
      case 'authorization details type':
        return this.ofNarrowed(this.affected.withDetails(ending.type, this.clock.now()));
      case 'organization': {
        const { organizationId, userId } = ending;
        const organizationIds = [organizationId];
        return this.ofGrants({ organizationIds, ...(userId === undefined ? {} : { userId }) });
      }
      case 'memberships': {
        const organizationIds = said.flatMap((one) => (one.of === 'membership' ? [one.organizationId] : []));
        return organizationIds.length === 0
          ? nothing
          : this.ofGrants({ userId: ending.userId, organizationIds });
      }
      case 'organization consent': {
        const { organizationId, clientId, isRevoking } = ending;
        return isRevoking ? this.ofGrants({ organizationIds: [organizationId], clientId }) : nothing;
      }
      case 'session': {
        const { userId, sessionId } = ending;
        return this.ofGrants({ userId, sessionId, isOnline: true }, 1);
      }
      case 'grant':
        return this.ofGrants({ grantId: ending.grantId });
      case 'parties':
        return this.ofGrants({ userId: ending.userId, clientId: ending.clientId });
      default:
        return this.ofResource(ending.identifier, ending.keeping);
    }
  }

  private async ofGrants(which: AffectedGrants, sessions = 0): Promise<ForesightDto> {
    const now = this.clock.now();
    const first = await this.affected.first(which, shownGrants, now);
    return {
      ...nothing,
      ...(await this.affected.count(which, now)),
      sessions,
      first: first.map(toEndingGrantDto),
    };
  }

  /** A sector that changes ends all grants of the client. Otherwise they stay, and what tokens are issued with becomes less. */
  private async ofClientChange(said: readonly SaidEnding[]): Promise<ForesightDto> {
    const now = this.clock.now();
    const ofClient = said.filter((one) => one.of !== 'membership');
    const grants = ofClient.find(({ of }) => of === 'grants');
    if (grants) return this.ofGrants({ clientId: grants.clientId });
    const [scopes] = ofClient.filter((ending) => ending.of === 'scopes');
    const renewal = ofClient.find(({ of }) => of === 'renewal');
    const unrenewable = renewal && { clientId: renewal.clientId, isRenewable: true };
    if (!scopes) return unrenewable ? this.ofUnrenewable(unrenewable) : nothing;
    const narrowed = await this.ofNarrowed(this.affected.holding(scopes.scopes, now, scopes.clientId));
    if (unrenewable) narrowed.unrenewable_grants = (await this.affected.count(unrenewable, now)).grants;
    return narrowed;
  }

  private async ofUnrenewable(which: AffectedGrants): Promise<ForesightDto> {
    const foreseen = await this.ofGrants(which);
    return Object.assign(foreseen, { grants: 0, unrenewable_grants: foreseen.grants });
  }

  private async ofResource(identifier: string, keeping: readonly string[]): Promise<ForesightDto> {
    const resource = withIdentifier(await this.resources.all(), identifier);
    const gone = Object.keys(resource?.scopes ?? {}).filter((scope) => !keeping.includes(scope));
    return this.ofNarrowed(this.affected.holding(gone, this.clock.now()), (scope) => gone.includes(scope));
  }

  /**
   * Grants that lose something.
   * @param isGone whether a scope is taken from them; a grant of nothing else ends
   */
  private async ofNarrowed(
    affected: AsyncIterable<NamedGrant>,
    isGone: (scope: string) => boolean = () => false,
  ): Promise<ForesightDto> {
    const [people, clients] = [new Set<string | null>(), new Set<string>()];
    const first: ForesightDto['first'] = [];
    let [grants, narrowed] = [0, 0];
    for await (const grant of affected) {
      if (grant.userId !== null) people.add(grant.userId);
      clients.add(grant.clientId);
      if (grant.scope.split(' ').every(isGone)) grants++;
      else narrowed++;
      if (first.length < shownGrants) first.push(toEndingGrantDto(grant));
    }
    return {
      ...nothing,
      grants,
      narrowed_grants: narrowed,
      people: people.size,
      clients: clients.size,
      first,
    };
  }

  private async activeSessions(userId: string): Promise<readonly { readonly id: string }[]> {
    const now = this.clock.now();
    return this.sessions.listActive(userId, now, now - this.settings.lifetimes.sessionIdle);
  }
}
