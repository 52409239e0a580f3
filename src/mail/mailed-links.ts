import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { generateOpaqueToken, lookupHash } from '../crypto/opaque-token.js';
import { type NetworkLimit, NetworkLimits } from '../http/network-limits.js';
import type { LinkPurpose, MailedLink } from '../persistence/entities/mailed-link.entity.js';
import type { User } from '../persistence/entities/user.entity.js';
import { MailedLinksStore } from '../persistence/stores/mailed-links.store.js';
import { type HeldUser, UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';

/** A link that is about to be mailed. */
export interface NewLink
  extends
    Pick<MailedLink, 'purpose' | 'email'>,
    Partial<
      Pick<MailedLink, 'userId' | 'userEmail' | 'credentialsVersion' | 'newEmail' | 'pairId' | 'interaction'>
    > {
  /** The path of the page that it leads to. */
  readonly path: string;
  readonly lifetimeSeconds: number;
  /** Whether links with the same `pairId` that were mailed before end. */
  readonly isSuccessor?: boolean;
}

/** What is found under the token of a link. */
export type FoundLink =
  | {
      readonly kind: 'usable';
      readonly link: MailedLink;
      /** Null if the link is to make the user. */
      readonly user: User | null;
    }
  /** There is no such link, it was used, its time is over, or what it was made for has changed. */
  | { readonly kind: 'dead' }
  /** Too many links from this network were dead. */
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

/** For so long a form that comes a second time has the answer of the first. */
const repeatSeconds = 60;

const guesses: NetworkLimit = { name: 'dead link', maxCount: 100, windowSeconds: 900, isRecorded: true };

/** Links in mails. Only a hash of their token is stored. Opening one changes nothing, since programs that check mail do so too. */
@Injectable()
export class MailedLinks {
  constructor(
    private readonly store: MailedLinksStore,
    private readonly users: UsersStore,
    private readonly limits: NetworkLimits,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Stores a new link. @returns its URL, which stands nowhere else */
  async create(tx: Transaction, link: NewLink, now: number): Promise<string> {
    const { path, lifetimeSeconds, isSuccessor = false, ...members } = link;
    if (isSuccessor && members.pairId) await this.store.forget(tx, members.pairId);
    const token = generateOpaqueToken();
    await this.store.insert(tx, {
      userId: null,
      userEmail: null,
      credentialsVersion: null,
      newEmail: null,
      pairId: null,
      interaction: null,
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
    const user = link?.userId ? await this.users.find(link.userId) : null;
    if (link && (link.userId === null || isMadeFor(link, user))) return { kind: 'usable', link, user };
    await this.limits.count(guesses, address);
    return { kind: 'dead' };
  }

  /** The user of a link that was used a moment ago, for forms that come twice; undefined if there is none. */
  async userOfJustUsed(token: string): Promise<string | undefined> {
    return this.store.userOfUsed(lookupHash(token), this.clock.now() - repeatSeconds);
  }

  /** Whether a link of this pair that was mailed to this address has been used. */
  async isUsed(tx: Transaction, pairId: string, email: string): Promise<boolean> {
    return this.store.isUsed(tx, pairId, email);
  }

  /** Ends the links with this id as `pairId`. */
  async end(tx: Transaction, pairId: string): Promise<void> {
    await this.store.forget(tx, pairId);
  }

  /** Uses a link that makes a user, or is for whoever has the address; false if it was used meanwhile. */
  async redeemAsNobody(tx: Transaction, { tokenHash, userId }: MailedLink, now: number): Promise<boolean> {
    return userId === null && (await this.store.redeem(tx, tokenHash, now));
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
function isMadeFor(
  { userId, userEmail, credentialsVersion }: MailedLink,
  user: Pick<HeldUser, 'id' | 'disabledAt' | 'email' | 'credentialsVersion'> | null | undefined,
): boolean {
  if (!user || user.id !== userId || user.disabledAt !== null || user.email !== userEmail) return false;
  return credentialsVersion === null || credentialsVersion === user.credentialsVersion;
}
