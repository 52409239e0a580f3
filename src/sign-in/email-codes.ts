import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Changes } from '../audit/changes.js';
import { newMailedCode, normalMailedCode } from '../crypto/mailed-code.js';
import { Secrets } from '../crypto/secrets.js';
import { addressOf } from '../http/network.js';
import { LinkLimits } from '../mail/link-limits.js';
import { newId } from '../persistence/id.js';
import { DeliveriesStore } from '../persistence/stores/deliveries.store.js';
import { EmailCodesStore } from '../persistence/stores/email-codes.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { KnownDevices } from '../sessions/known-devices.js';
import { emailCodeDeliveryKind, emailCodeLifetimeSeconds, type QueuedCode } from './email-code-mails.js';
import type { MailedCode } from './sign-in-progress.js';

/** What came of the wish for a code. */
export type MailingOutcome =
  | { readonly kind: 'mailed'; readonly code: MailedCode }
  /** The user has no verified address any more. */
  | { readonly kind: 'no-address' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number };

/**
 * Codes that are mailed to people who sign in. Each belongs to one sign-in under way, which holds its id sealed, and works once. They
 * are counted for each account, and not for the network: whoever gets here has proven a first factor.
 */
@Injectable()
export class EmailCodes {
  constructor(
    private readonly store: EmailCodesStore,
    private readonly users: UsersStore,
    private readonly deliveries: DeliveriesStore,
    private readonly limits: LinkLimits,
    private readonly devices: KnownDevices,
    private readonly secrets: Secrets,
    private readonly changes: Changes,
  ) {}

  /** Mails a new code to the verified address of a user. */
  async mail(userId: string, request: FastifyRequest): Promise<MailingOutcome> {
    const user = await this.users.find(userId);
    if (!user?.email || !user.emailVerified) return { kind: 'no-address' };
    const retryAfterSeconds = await this.limits.countForAccount(await this.accountOf(userId, request));
    if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds };
    const { email } = user;
    const id = newId();
    const code = newMailedCode();
    const address = addressOf(request);
    const queued: QueuedCode = { code, email, address, userAgent: request.headers['user-agent'] };
    const contentSealed = await this.secrets.seal('delivery', queued);
    const codeHash = this.secrets.hashMailedCode(hashed(id, code));
    const event = { event: 'factor.code_mailed', actor: `user:${userId}`, userId, address } as const;
    await this.changes.change(event, async (tx, now) => {
      await this.store.insert(tx, { id, userId, email, codeHash, expiresAt: now + emailCodeLifetimeSeconds });
      await this.deliveries.queue(tx, { kind: emailCodeDeliveryKind, userId, contentSealed }, now);
    });
    return { kind: 'mailed', code: { id, to: hinted(email) } };
  }

  /**
   * Uses a code up.
   * @param mailed the code of this sign-in; no other one opens it
   */
  async use(
    mailed: MailedCode | undefined,
    userId: string,
    typed: string,
    request: FastifyRequest,
  ): Promise<boolean> {
    if (!mailed) return false;
    const { id } = mailed;
    const hashes = this.secrets.mailedCodeHashes(hashed(id, normalMailedCode(typed)));
    const isUsed = await this.changes.change([], (tx, now) =>
      this.store.use(tx, { id, userId }, hashes, now),
    );
    // Whoever reads the mail may ask for more.
    if (isUsed) await this.limits.forget(await this.accountOf(userId, request));
    return isUsed;
  }

  /** Known devices have a count of their own: whoever knows the password does not keep its owner out. */
  private async accountOf(userId: string, request: FastifyRequest): Promise<string> {
    return `sign-in code ${userId} ${(await this.devices.find(request, userId)) ?? ''}`;
  }
}

const hashed = (id: string, code: string): string => `${id} ${code}`;

/** Enough of an address for its owner to know which one it is. */
function hinted(email: string): string {
  const [first = ''] = Array.from(email);
  return `${first}…${email.slice(email.lastIndexOf('@'))}`;
}
