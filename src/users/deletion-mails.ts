import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Secrets } from '../crypto/secrets.js';
import { Languages } from '../http/languages.js';
import { Mailer, mailRetryDelaysSeconds } from '../mail/mailer.js';
import type { Delivery } from '../persistence/entities/delivery.entity.js';
import { DeliveriesStore } from '../persistence/stores/deliveries.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import type { DeliveryHandler, DeliveryProblem } from '../queue/delivery-handler.js';
import { DeliveryQueue } from '../queue/delivery-queue.js';

/** What the mail says of somebody who is no longer there. */
interface DeletedPerson {
  readonly to: string;
  readonly username: string;
  readonly timeZone?: string | undefined;
  /** The language of the person (OIDC Core §5.1, `locale`). */
  readonly locale?: string | undefined;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** Tells people by mail that their account is deleted. What the mail needs travels sealed, and is erased once it is sent. */
@Injectable()
export class DeletionMails implements DeliveryHandler, OnModuleInit {
  readonly kind = 'account_deleted';
  readonly retryDelaysSeconds = mailRetryDelaysSeconds;

  constructor(
    private readonly queueOfMails: DeliveryQueue,
    private readonly deliveries: DeliveriesStore,
    private readonly users: UsersStore,
    private readonly mailer: Mailer,
    private readonly secrets: Secrets,
    private readonly languages: Languages,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.queueOfMails.register(this);
  }

  /** The mail to a user who is about to be deleted, sealed; undefined without mail or without an address. */
  async prepare(userId: string): Promise<string | undefined> {
    const user = this.mailer.isOn ? await this.users.find(userId) : null;
    if (!user?.email) return undefined;
    const person: DeletedPerson = {
      to: user.email,
      username: user.username,
      timeZone: user.zoneinfo ?? undefined,
      locale: user.locale ?? undefined,
      at: this.clock.now(),
    };
    return this.secrets.seal('delivery', person);
  }

  /** Queues a prepared mail in the transaction of the deletion. */
  async queue(tx: Transaction, contentSealed: string | undefined, now: number): Promise<void> {
    if (contentSealed !== undefined) await this.deliveries.queue(tx, { kind: this.kind, contentSealed }, now);
  }

  describe(): string {
    return 'the mail to somebody whose account is deleted';
  }

  async deliver({ id, contentSealed }: Delivery): Promise<DeliveryProblem | undefined> {
    const person =
      contentSealed === null
        ? undefined
        : ((await this.secrets.unseal('delivery', contentSealed)) as DeletedPerson | undefined);
    if (!person) return { reason: 'its content cannot be read', final: true };
    const { to, locale, ...told } = person;
    return this.mailer.send({
      id,
      to,
      message: 'account-deleted',
      language: this.languages.ofPerson(locale),
      model: { ...told, issuer: this.settings.issuer },
    });
  }
}
