import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import type { RegisteredClient } from '../clients/registered-client.js';
import type { Consent } from '../persistence/entities/consent.entity.js';
import type { Grant } from '../persistence/entities/grant.entity.js';
import { type ConsentKey, ConsentsStore, type StoredConsent } from '../persistence/stores/consents.store.js';
import { OrganizationConsentsStore } from '../persistence/stores/organization-consents.store.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { type AuthorizationDetail, withoutRepeats } from '../protocol/authorization-details.js';
import { organizationScope } from '../protocol/organization.js';
import { formatScope, parseScope } from '../protocol/scope.js';

/** The words of a consent page. */
export interface ShownWords {
  /** The tag of the language. */
  readonly language: string;
  /** The description of each scope. */
  readonly words: Readonly<Record<string, string>>;
  /** Each authorization detail in words; absent if there is none. */
  readonly details?: readonly string[];
}

/** Of many payments, those that are not repeated would only add up. */
const maxRememberedDetails = 20;

/** What a resource owner decided about a request. */
export interface Decision {
  readonly userId: string;
  readonly clientId: string;
  /** The organization for which they decided; null if for none. */
  readonly organizationId: string | null;
  readonly requested: readonly string[];
  readonly allowed: readonly string[];
  /** The authorization details that were allowed, all or none of those requested. */
  readonly details: readonly AuthorizationDetail[];
  /** How the page described what was allowed. */
  readonly shown: ShownWords;
}

/** That a client lost what it was allowed. */
interface Withdrawal {
  readonly clientId: string;
  /** How many grants were revoked. */
  readonly revoked: number;
}

/** What an administrator allows a client in place of a resource owner. */
export interface Trusted extends Pick<Decision, 'userId' | 'clientId' | 'organizationId' | 'allowed'> {
  /** Whether they allow it members of the organization; else they trust the client altogether. */
  readonly isForMembers: boolean;
}

/** What an administrator allows a client in place of the members of an organization. */
export interface Consented {
  /** As it is stored; empty if nothing. */
  readonly scope: string;
  /** The scopes for which members are not asked. */
  readonly scopes: ReadonlySet<string>;
}

export const nothingConsented: Consented = { scope: '', scopes: new Set() };

/** The scopes that resource owners have allowed clients, remembered until they withdraw them. */
@Injectable()
export class ConsentRecords {
  constructor(
    private readonly consents: ConsentsStore,
    private readonly ofOrganizations: OrganizationConsentsStore,
    private readonly grants: GrantsStore,
    private readonly changes: Changes,
  ) {}

  /** The scopes that this user has allowed this client, for this organization or for none. */
  async remembered(key: ConsentKey): Promise<ReadonlySet<string>> {
    return new Set(parseScope(await this.consents.allowedScope(key)));
  }

  /** The authorization details that this user has allowed this client, for this organization or for none. */
  async rememberedDetails(key: ConsentKey): Promise<readonly AuthorizationDetail[]> {
    return this.consents.allowedDetails(key);
  }

  /**
   * What an administrator allows this client in place of the members of this organization. That it acts for the organization is a part of it.
   * Whoever registered itself can change who it is.
   */
  async consented(
    organizationId: string,
    { clientId, registeredItself }: Pick<RegisteredClient, 'clientId' | 'registeredItself'>,
  ): Promise<Consented> {
    if (registeredItself) return nothingConsented;
    const scope = await this.ofOrganizations.allowedScope({ organizationId, clientId });
    return scope === ''
      ? nothingConsented
      : { scope, scopes: new Set([...parseScope(scope), organizationScope]) };
  }

  /**
   * Remembers a decision, in the transaction that issues the code. Scopes that were requested and not allowed are forgotten.
   */
  async remember(
    tx: Transaction,
    decision: Decision,
    { id: grantId, createdAt: now }: Pick<Grant, 'id' | 'createdAt'>,
  ): Promise<void> {
    const { userId, clientId, organizationId, requested, allowed, details, shown } = decision;
    const decided = new Set([...requested, ...allowed]);
    const after = ({ scope, trustedScope, authorizationDetails: before }: StoredConsent): StoredConsent => ({
      scope: formatScope(new Set([...without(scope, decided), ...allowed])),
      trustedScope: formatScope(without(trustedScope, decided)),
      authorizationDetails:
        details.length === 0
          ? before
          : withoutRepeats([...(before ?? []), ...details]).slice(-maxRememberedDetails),
    });
    await this.consents.remember(tx, { userId, clientId, organizationId }, after, now);
    await this.changes.record(
      tx,
      {
        event: 'consent.given',
        actor: `user:${userId}`,
        userId,
        clientId,
        grantId,
        detail: { scope: formatScope(allowed), ...inTrail(shown) },
      },
      now,
    );
  }

  /**
   * Notes what a client gets without a question, as an administrator allows it, so that people see it and can withdraw it. It counts for
   * nothing once that has ended.
   */
  async rememberTrusted(
    tx: Transaction,
    { userId, clientId, organizationId, allowed, isForMembers }: Trusted,
    { id: grantId, createdAt: now }: Pick<Grant, 'id' | 'createdAt'>,
  ): Promise<void> {
    const after = ({ scope, trustedScope, ...others }: StoredConsent): StoredConsent => ({
      ...others,
      scope,
      trustedScope: formatScope([
        ...parseScope(trustedScope),
        ...without(formatScope(allowed), new Set([...parseScope(scope), ...parseScope(trustedScope)])),
      ]),
    });
    await this.consents.remember(tx, { userId, clientId, organizationId }, after, now);
    const about = { actor: `user:${userId}`, userId, clientId, grantId };
    const detail = {
      scope: formatScope(allowed),
      organization: isForMembers ? (organizationId ?? undefined) : undefined,
    };
    await this.changes.record(tx, { event: 'consent.skipped', ...about, detail }, now);
  }

  /**
   * Forgets what the user allowed the client, and revokes all grants of this user to this client.
   * @returns how many grants it revoked
   */
  async withdraw(userId: string, clientId: string, actor: Originator): Promise<number> {
    const revoked = await this.changes.change<number | false>(
      (count) => ({ event: 'consent.withdrawn', actor, userId, clientId, detail: { revoked: count } }),
      (tx, now) => this.forget(tx, userId, clientId, now),
    );
    return revoked || 0;
  }

  /**
   * As {@link withdraw}, for every agent of the user at once: all of them, or none if one fails.
   * @returns how many agents had anything
   */
  async withdrawAgents(userId: string, actor: Originator): Promise<number> {
    const withdrawn = await this.changes.change<false | readonly Withdrawal[]>(
      (all) =>
        all.map(({ clientId, revoked }) => ({
          event: 'consent.withdrawn',
          actor,
          userId,
          clientId,
          detail: { revoked },
        })),
      async (tx, now) => {
        const all: Withdrawal[] = [];
        for (const clientId of await this.grants.agentsOf(userId, now, tx)) {
          const revoked = await this.forget(tx, userId, clientId, now);
          if (revoked !== false) all.push({ clientId, revoked });
        }
        return all.length > 0 && all;
      },
    );
    return withdrawn === false ? 0 : withdrawn.length;
  }

  /** @returns how many grants were revoked; false if there was nothing to forget or revoke */
  private async forget(
    tx: Transaction,
    userId: string,
    clientId: string,
    now: number,
  ): Promise<number | false> {
    const forgotten = await this.consents.forget(tx, userId, clientId);
    const revoked = await this.grants.revokeAll(tx, { userId, clientId }, 'consent_withdrawn', now);
    return forgotten + revoked > 0 && revoked;
  }
}

/** How the decision was put into words, for the audit trail. */
const inTrail = ({
  details,
  ...shown
}: ShownWords): Omit<ShownWords, 'details'> & {
  readonly authorization_details: readonly string[] | undefined;
} => ({ ...shown, authorization_details: details });

/** What a client has, with or without a question. */
export const everyScope = ({ scope, trustedScope }: Pick<Consent, 'scope' | 'trustedScope'>): string[] =>
  parseScope(`${scope} ${trustedScope ?? ''}`);

const without = (scope: string, taken: ReadonlySet<string>): string[] =>
  parseScope(scope).filter((name) => !taken.has(name));
