import { Inject, Injectable, NotFoundException } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { type AffectedGrants, AffectedGrantsStore } from '../persistence/stores/affected-grants.store.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import { SessionsStore } from '../persistence/stores/sessions.store.js';
import { UpstreamsStore } from '../persistence/stores/upstreams.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { type ForesightDto, toEndingGrantDto } from './foresight.dto.js';
import { withIdentifier } from './resource-rules.js';

/** What a call ends. */
export type Ending =
  | { readonly of: 'client'; readonly clientId: string }
  /** `isOnline`: the grants that do not depend on a session stay. */
  | { readonly of: 'user'; readonly userId: string; readonly isOnline?: boolean }
  | { readonly of: 'upstream'; readonly alias: string }
  | { readonly of: 'trusted issuer'; readonly name: string }
  | { readonly of: 'authorization details type'; readonly type: string }
  /** Without a user: the organization itself. */
  | { readonly of: 'organization'; readonly organizationId: string; readonly userId?: string | undefined }
  | { readonly of: 'session'; readonly userId: string; readonly sessionId: string }
  | { readonly of: 'grant'; readonly grantId: string }
  | { readonly of: 'parties'; readonly userId?: string | undefined; readonly clientId?: string | undefined }
  /** `keeping`: the scopes that the resource has afterwards. */
  | { readonly of: 'resource'; readonly identifier: string; readonly keeping: readonly string[] };

const shownGrants = 20;

/** Says what a call would end, and ends nothing. */
@Injectable()
export class Foresight {
  constructor(
    private readonly affected: AffectedGrantsStore,
    private readonly users: UsersStore,
    private readonly clients: ClientsStore,
    private readonly sessions: SessionsStore,
    private readonly resources: ResourcesStore,
    private readonly upstreams: UpstreamsStore,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws NotFoundException if there is nothing to end */
  async foresee(ending: Ending): Promise<ForesightDto> {
    switch (ending.of) {
      case 'client':
        if (!(await this.clients.find(ending.clientId)))
          throw new NotFoundException(`there is no client ${ending.clientId}`);
        return this.ofGrants({ clientId: ending.clientId });
      case 'user': {
        const { userId, isOnline } = ending;
        if (!(await this.users.find(userId))) throw new NotFoundException(`there is no user ${userId}`);
        const sessions = (await this.activeSessions(userId)).length;
        return this.ofGrants({ userId, ...(isOnline ? { isOnline } : {}) }, sessions);
      }
      case 'upstream': {
        const upstream = await this.upstreams.find(ending.alias);
        if (!upstream) throw new NotFoundException(`there is no upstream ${ending.alias}`);
        const now = this.clock.now();
        const idleSince = now - this.settings.lifetimes.sessionIdle;
        const sessions = await this.upstreams.countSessions(upstream.id, now, idleSince);
        return this.ofGrants({ upstreamId: upstream.id, isOnline: true }, sessions);
      }
      case 'trusted issuer': {
        const trustedIssuerId = await this.affected.idOfTrustedIssuer(ending.name);
        if (trustedIssuerId === undefined)
          throw new NotFoundException(`there is no trusted issuer ${ending.name}`);
        return this.ofGrants({ trustedIssuerId });
      }
      case 'authorization details type':
        return this.ofDetailsType(ending.type);
      case 'organization': {
        const { organizationId, userId } = ending;
        if (!(await this.affected.isOrganization(organizationId, userId)))
          throw new NotFoundException(
            userId === undefined
              ? `there is no organization ${organizationId}`
              : `the user ${userId} does not belong to the organization ${organizationId}`,
          );
        return this.ofGrants({ organizationId, ...(userId === undefined ? {} : { userId }) });
      }
      case 'session': {
        const { userId, sessionId } = ending;
        if (!(await this.activeSessions(userId)).some(({ id }) => id === sessionId))
          throw new NotFoundException(`there is no active session ${sessionId} of the user ${userId}`);
        return this.ofGrants({ userId, sessionId, isOnline: true }, 1);
      }
      case 'grant': {
        const foreseen = await this.ofGrants({ grantId: ending.grantId });
        if (foreseen.grants === 0) throw new NotFoundException(`there is no active grant ${ending.grantId}`);
        return foreseen;
      }
      case 'parties':
        return this.ofGrants({ userId: ending.userId, clientId: ending.clientId });
      default:
        return this.ofScopes(ending.identifier, ending.keeping);
    }
  }

  private async ofGrants(which: AffectedGrants, sessions = 0): Promise<ForesightDto> {
    const now = this.clock.now();
    const first = await this.affected.first(which, shownGrants, now);
    return {
      ...(await this.affected.count(which, now)),
      narrowed_grants: 0,
      sessions,
      first: first.map(toEndingGrantDto),
    };
  }

  /** Grants stay: what tokens are issued with becomes less. */
  private async ofDetailsType(type: string): Promise<ForesightDto> {
    const [people, clients] = [new Set<string | null>(), new Set<string>()];
    const first: ForesightDto['first'] = [];
    let narrowed = 0;
    if (!(await this.affected.isDetailsType(type)))
      throw new NotFoundException(`there is no type of authorization details ${type}`);
    for await (const grant of this.affected.withDetails(type, this.clock.now())) {
      people.add(grant.userId);
      clients.add(grant.clientId);
      narrowed++;
      if (first.length < shownGrants) first.push(toEndingGrantDto(grant));
    }
    return {
      grants: 0,
      narrowed_grants: narrowed,
      people: people.size,
      clients: clients.size,
      sessions: 0,
      first,
    };
  }

  private async ofScopes(identifier: string, keeping: readonly string[]): Promise<ForesightDto> {
    const resource = withIdentifier(await this.resources.all(), identifier);
    if (!resource) throw new NotFoundException(`there is no resource ${identifier}`);
    const gone = Object.keys(resource.scopes).filter((scope) => !keeping.includes(scope));
    const [people, clients] = [new Set<string | null>(), new Set<string>()];
    const first: ForesightDto['first'] = [];
    let [grants, narrowed] = [0, 0];
    for await (const grant of this.affected.holding(gone, this.clock.now())) {
      people.add(grant.userId);
      clients.add(grant.clientId);
      if (grant.scope.split(' ').every((scope) => gone.includes(scope))) grants++;
      else narrowed++;
      if (first.length < shownGrants) first.push(toEndingGrantDto(grant));
    }
    return {
      grants,
      narrowed_grants: narrowed,
      people: people.size,
      clients: clients.size,
      sessions: 0,
      first,
    };
  }

  private async activeSessions(userId: string): Promise<readonly { readonly id: string }[]> {
    const now = this.clock.now();
    return this.sessions.listActive(userId, now, now - this.settings.lifetimes.sessionIdle);
  }
}
