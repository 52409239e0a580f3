import { Injectable } from '@nestjs/common';
import { DescribedClients } from '../clients/documents/described-clients.js';
import type { RegisteredClient } from '../clients/registered-client.js';
import type { Grant } from '../persistence/entities/grant.entity.js';
import { type GrantBasis, GrantsStore } from '../persistence/stores/grants.store.js';
import { SessionClientsStore } from '../persistence/stores/session-clients.store.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { formatScope } from '../protocol/scope.js';
import { ConsentRecords, type Decision, type Trusted } from './consent-records.js';

/**
 * Why a resource owner gives a grant: they have just decided so, an administrator trusts the client or allows it in place of members, or
 * they allowed these scopes before.
 */
export type Permission =
  | { readonly decision: Decision }
  | {
      readonly trusted: Trusted;
      /** What an administrator allows in place of members, as it was read for this request; absent if the grant does not rest on it. */
      readonly consentedScope?: string;
      /** What they have allowed the client beside, as it was read for this request; absent if the grant does not rest on it. */
      readonly remembered?: ReadonlySet<string> | undefined;
    }
  | {
      /** What they have allowed the client, as it was read for this request. */
      readonly remembered: ReadonlySet<string>;
    };

/** A grant of a resource owner, and what is written together with it. */
export interface GivenGrant {
  readonly grant: Grant;
  /** The session in which it is given. */
  readonly session: ActiveSession;
  readonly permission: Permission;
  /** Whether the client is notified of the end of the session. */
  readonly notified?: boolean;
}

/** What a grant rests on has ended while it was given. Thrown inside of the transaction, which is rolled back. */
export class BasisChanged extends Error {}

/** Writes the grants that resource owners give. */
@Injectable()
export class GrantRecords {
  constructor(
    private readonly grants: GrantsStore,
    private readonly consents: ConsentRecords,
    private readonly sessionClients: SessionClientsStore,
    private readonly described: DescribedClients,
  ) {}

  /** Makes the row of a client that only its document describes, before its first grant. Not in the transaction of the grant. */
  async keepClient(client: RegisteredClient): Promise<void> {
    await this.described.keep(client);
  }

  /**
   * Writes the grant, in the transaction that writes what is issued for it.
   * @throws BasisChanged if what it rests on has ended meanwhile (the session, the consent, the organization's consent, the user's account)
   */
  async give(tx: Transaction, { grant, session, permission, notified }: GivenGrant): Promise<void> {
    const basis = { sessionId: session.id, ...consentsOf(permission) };
    if (!(await this.grants.insertOn(tx, basis, grant))) throw new BasisChanged();
    if ('decision' in permission) await this.consents.remember(tx, permission.decision, grant);
    if ('trusted' in permission) await this.consents.rememberTrusted(tx, permission.trusted, grant);
    const { clientId } = grant;
    if (notified)
      await this.sessionClients.note(tx, { sessionId: session.id, clientId, expiresAt: session.expiresAt });
  }
}

/** What the permission rests on that may end meanwhile. */
function consentsOf(permission: Permission): Omit<GrantBasis, 'sessionId'> {
  if ('decision' in permission) return {};
  const { remembered } = permission;
  return {
    rememberedScope: remembered && formatScope(remembered),
    organizationScope: 'trusted' in permission ? permission.consentedScope : undefined,
  };
}
