import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { OpenInvitations } from '../directory/organizations/open-invitations.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import type { User } from '../persistence/entities/user.entity.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { emailKey, UsersStore } from '../persistence/stores/users.store.js';
import { nameAmong } from '../clients/client-texts.js';
import type { Text } from '../locales/message.js';
import { AgentsInSight } from './agents-in-sight.js';
import { AllowedClients } from './allowed-clients.js';
import { WaitingRequests } from './waiting-requests.js';
import { Sessions } from '../sessions/sessions.js';
import type { AccountPage } from '../views/account-page-models.js';

/** How many sessions the page shows. */
const shownSessions = 50;

/** The content of the account page: the clients that the resource owner allowed, their scopes, and the active sessions. */
@Injectable()
export class AccountPages {
  constructor(
    private readonly users: UsersStore,
    private readonly clients: ClientsStore,
    private readonly sessions: Sessions,
    private readonly waiting: WaitingRequests,
    private readonly allowed: AllowedClients,
    private readonly agents: AgentsInSight,
    private readonly invitations: OpenInvitations,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async contentFor(
    session: ActiveSession,
  ): Promise<Omit<AccountPage, 'csrfToken' | 'notice' | 'scriptNonce'>> {
    const user = await this.users.find(session.userId);
    return {
      user: {
        name: user?.name ?? session.username,
        username: session.username,
        ...(user?.email ? { email: user.email } : {}),
      },
      canChangeEmail: this.settings.mail.server !== undefined,
      canDelete: this.settings.deletion.delay !== undefined,
      timeZone: user?.zoneinfo ?? undefined,
      invitations: await this.invitationsOf(user),
      waiting: await this.waiting.of(session.userId),
      grants: await this.allowed.of(session.userId),
      agents: await this.agents.of(session.userId),
      ...(await this.sessionsBeside(session)),
    };
  }

  /** The sessions that were used last, since robots and tests can leave any number behind. */
  private async sessionsBeside(
    session: ActiveSession,
  ): Promise<Pick<AccountPage, 'sessions' | 'hasMoreSessions'>> {
    const latest = await this.sessions.lastUsed(session, shownSessions + 1);
    return {
      hasMoreSessions: latest.length > shownSessions,
      sessions: latest.slice(0, shownSessions).map((active) => ({
        id: active.id,
        current: active.id === session.id,
        since: date(active.authenticatedAt),
        lastSeen: date(active.lastSeenAt),
        address: active.address ?? undefined,
        userAgent: active.userAgent ?? undefined,
      })),
    };
  }

  /** The open invitations of a verified address. They can be answered only where mail can be sent. */
  private async invitationsOf(user: User | null): Promise<AccountPage['invitations']> {
    if (!this.settings.mail.server || !user?.email || !user.emailVerified) return [];
    return this.invitations.ofAddress(emailKey(user.email));
  }

  /** The name of a client, or its id if it does not exist any more. */
  async clientName(clientId: string): Promise<Text> {
    return nameAmong(await this.clients.names([clientId]), clientId);
  }
}

const date = (seconds: number): Date => new Date(seconds * 1000);
