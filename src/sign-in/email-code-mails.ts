import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { readableMailedCode } from '../crypto/mailed-code.js';
import { Secrets } from '../crypto/secrets.js';
import { Languages } from '../http/languages.js';
import { Mailer, mailRetryDelaysSeconds } from '../mail/mailer.js';
import type { Delivery } from '../persistence/entities/delivery.entity.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import type { DeliveryHandler, DeliveryProblem } from '../queue/delivery-handler.js';
import { DeliveryQueue } from '../queue/delivery-queue.js';
import { describeUserAgent } from '../views/user-agent.js';

export const emailCodeDeliveryKind = 'sign_in_code';

export const emailCodeLifetimeSeconds = 600;

/** A code on its way; sealed. Every attempt sends the same one: the mail may have arrived though the mail server did not say so. */
export interface QueuedCode {
  readonly code: string;
  /** The address that the user had verified. */
  readonly email: string;
  /** The network address from which somebody signs in. */
  readonly address: string;
  readonly userAgent?: string | undefined;
}

/** Sends codes to people who sign in. */
@Injectable()
export class EmailCodeMails implements DeliveryHandler, OnModuleInit {
  readonly kind = emailCodeDeliveryKind;
  readonly retryDelaysSeconds = mailRetryDelaysSeconds;

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly users: UsersStore,
    private readonly mailer: Mailer,
    private readonly secrets: Secrets,
    private readonly languages: Languages,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  describe({ userId }: Delivery): string {
    return `the mail with a code to the user ${userId}`;
  }

  async deliver({ id, userId, contentSealed, createdAt }: Delivery): Promise<DeliveryProblem | undefined> {
    if (createdAt + emailCodeLifetimeSeconds <= this.clock.now())
      return { reason: 'it was asked for too long ago', final: true };
    const queued = (await this.secrets.unseal('delivery', contentSealed ?? '')) as QueuedCode | undefined;
    if (!queued) return { reason: 'EYRIE_SECRET does not open it', final: true };
    const { code, email, address, userAgent } = queued;
    const user = userId === null ? null : await this.users.find(userId);
    if (!user || user.disabledAt !== null || user.email !== email || !user.emailVerified) return undefined;
    return this.mailer.send({
      id,
      to: email,
      message: 'sign-in-code',
      language: this.languages.ofPerson(user.locale),
      model: {
        username: user.username,
        code: readableMailedCode(code),
        issuer: this.settings.issuer,
        address,
        device: userAgent === undefined ? undefined : describeUserAgent(userAgent),
      },
    });
  }
}
