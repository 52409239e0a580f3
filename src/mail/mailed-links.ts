import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { generateOpaqueToken, lookupHash } from '../crypto/opaque-token.js';
import { type NetworkLimit, NetworkLimits } from '../http/network-limits.js';
import type { LinkPurpose, MailedLink } from '../persistence/entities/mailed-link.entity.js';
import { MailedLinksStore } from '../persistence/stores/mailed-links.store.js';
import type { HeldUser } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';

/** A link that is about to be mailed. */
export interface NewLink
  extends
    Pick<MailedLink, 'purpose' | 'email'>,
    Partial<Pick<MailedLink, 'userId' | 'credentialsVersion' | 'newEmail' | 'pairId'>> {
  /** The path of the page that it leads to. */
  readonly path: string;
  readonly lifetimeSeconds: number;
}

/** What is found under the token of a link. */
export type FoundLink =
  | { readonly kind: 'usable'; readonly link: MailedLink }
  /** There is no such link, it was used, or its time is over. */
  | { readonly kind: 'dead' }
  /** Too many links from this network were dead. */
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

/** For so long a form that comes a second time has the answer of the first. */
const repeatSeconds = 60;

const guesses: NetworkLimit = { name: 'mailed link', maxCount: 100, windowSeconds: 900, isRecorded: true };

/** Links in mails. Only a hash of their token is stored. Opening one changes nothing, since programs that check mail do so too. */
@Injectable()
export class MailedLinks {
  constructor(
    private readonly store: MailedLinksStore,
    private readonly limits: NetworkLimits,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Stores a new link. @returns its URL, which stands nowhere else */
  async create(tx: Transaction, link: NewLink, now: number): Promise<string> {
    const { path, lifetimeSeconds, ...members } = link;
    const token = generateOpaqueToken();
    await this.store.insert(tx, {
      userId: null,
      credentialsVersion: null,
      newEmail: null,
      pairId: null,
      ...members,
      tokenHash: lookupHash(token),
      createdAt: now,
      expiresAt: now + lifetimeSeconds,
      usedAt: null,
    });
    return `${this.settings.issuer}${path}?token=${token}`;
  }

  /** @param address the network address of the request; dead links count against it */
  async find(token: string, purposes: readonly LinkPurpose[], address: string): Promise<FoundLink> {
    const closed = await this.limits.wait(guesses, address);
    if (closed !== undefined) return { kind: 'throttled', retryAfterSeconds: closed };
    const link = await this.store.findUsable(lookupHash(token), purposes, this.clock.now());
    if (link) return { kind: 'usable', link };
    await this.limits.count(guesses, address);
    return { kind: 'dead' };
  }

  /** The user of a link that was used a moment ago, for forms that come twice; undefined if there is none. */
  async userOfJustUsed(token: string): Promise<string | undefined> {
    return this.store.userOfUsed(lookupHash(token), this.clock.now() - repeatSeconds);
  }

  /**
   * Uses a link, while its user is held.
   * @returns false if it was used meanwhile, or what it was made for has changed
   */
  async redeem(tx: Transaction, link: MailedLink, user: HeldUser | undefined, now: number): Promise<boolean> {
    return isMadeFor(link, user) && (await this.store.redeem(tx, link.tokenHash, now));
  }
}

/** Whether a link still is for this user: the account is open, and has the address and the credentials that it had. */
export function isMadeFor(
  { userId, email, credentialsVersion, purpose, newEmail }: MailedLink,
  user: Pick<HeldUser, 'id' | 'disabledAt' | 'email' | 'credentialsVersion'> | null | undefined,
): boolean {
  if (!user || user.id !== userId || user.disabledAt !== null) return false;
  const hasAddress = user.email === email || (purpose === 'email_change' && newEmail === email);
  return hasAddress && (credentialsVersion === null || credentialsVersion === user.credentialsVersion);
}
