import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Secrets } from '../crypto/secrets.js';
import { Languages } from '../http/languages.js';
import type { Delivery } from '../persistence/entities/delivery.entity.js';
import { DeliveriesStore } from '../persistence/stores/deliveries.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import type { DeliveryHandler, DeliveryProblem } from '../queue/delivery-handler.js';
import { DeliveryQueue } from '../queue/delivery-queue.js';
import { describeUserAgent } from '../views/user-agent.js';
import { Mailer, mailRetryDelaysSeconds } from './mailer.js';
import type { Circumstances } from './messages/account-change.js';
import type { MessageName, Models } from './messages.js';

/** The messages about a change of what a person signs in with. */
export type NotificationName = {
  [Name in MessageName]: Models[Name] extends Circumstances & { readonly username: string } ? Name : never;
}[MessageName];

/** What of a notice does not follow from the user and the time. */
type OwnMembers<Name extends NotificationName> = Omit<Models[Name], 'username' | keyof Circumstances>;

/** A change that a person is notified of. */
export type Notification = {
  readonly [Name in NotificationName]: {
    readonly message: Name;
    readonly userId: string;
    /** The network address of the request, if it was the person's browser. */
    readonly address?: string | undefined;
    /** The User-Agent header of that browser. */
    readonly userAgent?: string | undefined;
    /** Another address than the user has, as {@link Notifications.sealAddress} gives it. */
    readonly toSealed?: string | undefined;
  } & OwnMembers<Name>;
}[NotificationName];

/** Characters of a User-Agent header that are kept. */
const maxUserAgentLength = 512;

/** Tells people by mail that what they sign in with was changed. */
@Injectable()
export class Notifications implements DeliveryHandler, OnModuleInit {
  readonly kind = 'notice';
  readonly retryDelaysSeconds = mailRetryDelaysSeconds;

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly deliveries: DeliveriesStore,
    private readonly users: UsersStore,
    private readonly mailer: Mailer,
    private readonly secrets: Secrets,
    private readonly languages: Languages,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  /** An address that the user does not have any more, to be sealed before the transaction. */
  async sealAddress(address: string): Promise<string> {
    return this.secrets.seal('delivery', address);
  }

  /**
   * Queues a notice in the transaction of the change. It goes to the e-mail address that the user has when it is sent; nothing is sent
   * without mail or without an address.
   */
  async notify(tx: Transaction, { userId, toSealed, ...notice }: Notification, now: number): Promise<void> {
    if (!this.mailer.isOn) return;
    const userAgent = notice.userAgent?.slice(0, maxUserAgentLength);
    const payload = Object.fromEntries(
      Object.entries({ ...notice, userAgent, at: now }).filter(([, value]) => value !== undefined),
    ) as Record<string, string | number>;
    await this.deliveries.queue(
      tx,
      { kind: this.kind, userId, payload, contentSealed: toSealed ?? null },
      now,
    );
  }

  describe({ userId, payload }: Delivery): string {
    return `the mail ${payload?.message} to the user ${userId}`;
  }

  async deliver({ id, userId, payload, contentSealed }: Delivery): Promise<DeliveryProblem | undefined> {
    const user = userId === null ? null : await this.users.find(userId);
    const to = contentSealed === null ? user?.email : await this.secrets.unseal('delivery', contentSealed);
    if (!user || typeof to !== 'string') return undefined;
    const { message, userAgent, ...told } = payload ?? {};
    const { username, zoneinfo } = user;
    const model = {
      ...told,
      ...(typeof userAgent === 'string' && { device: describeUserAgent(userAgent) }),
      username,
      timeZone: zoneinfo ?? undefined,
      issuer: this.settings.issuer,
    };
    // Written by `notify`, which has the types.
    return this.mailer.send({
      id,
      to,
      language: this.languages.ofPerson(user.locale),
      message: message as NotificationName,
      model: model as unknown as Models[NotificationName],
    });
  }
}
