import { ConflictException, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Secrets } from '../crypto/secrets.js';
import { Languages } from '../http/languages.js';
import { type LinkMail, LinkMails, type LinkMessageName } from '../mail/link-mails.js';
import { mailRetryDelaysSeconds } from '../mail/mailer.js';
import type { Delivery } from '../persistence/entities/delivery.entity.js';
import type { User } from '../persistence/entities/user.entity.js';
import { DeliveriesStore } from '../persistence/stores/deliveries.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import type { DeliveryHandler, DeliveryProblem } from '../queue/delivery-handler.js';
import { DeliveryQueue } from '../queue/delivery-queue.js';

/** A change of an e-mail address, as it was asked for. */
export interface AddressChange {
  /** The present address, or the new one: each gets a link. */
  readonly to: string;
  readonly newEmail: string;
  /** The same for both links. */
  readonly pairId: string;
  /** The user when it was asked for. */
  readonly userEmail: string | null;
  readonly credentialsVersion: number;
}

/** A link that is to be mailed to a user. */
export type UserLink =
  | { readonly purpose: 'email_verification' | 'invitation' }
  | { readonly purpose: 'email_change'; readonly change: AddressChange };

/** Who asked for a link. */
export interface LinkRequest {
  readonly actor: Originator;
  /** The tag of the language of the page on which they asked for it, if it was their own. */
  readonly language?: string | undefined;
}

/** How it is queued. */
type SealedLink = UserLink & LinkRequest;

const daySeconds = 86_400;

/** Mails links to users who exist. */
@Injectable()
export class UserLinks implements DeliveryHandler, OnModuleInit {
  readonly kind = 'user_link';
  readonly retryDelaysSeconds = mailRetryDelaysSeconds;

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly deliveries: DeliveriesStore,
    private readonly users: UsersStore,
    private readonly mails: LinkMails,
    private readonly secrets: Secrets,
    private readonly languages: Languages,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  /** @throws ConflictException if mail cannot be sent */
  requireMail(): void {
    if (!this.settings.mail.server)
      throw new ConflictException('mail cannot be sent: set EYRIE_MAIL_URL and EYRIE_MAIL_FROM');
  }

  /** Seals a link before the transaction that queues it. */
  async prepare(link: UserLink, request: LinkRequest): Promise<string> {
    const sealed: SealedLink = { ...link, ...request };
    return this.secrets.seal('delivery', sealed);
  }

  /** Queues a link that {@link prepare} sealed. */
  async mail(tx: Transaction, userId: string, contentSealed: string, now: number): Promise<void> {
    await this.deliveries.queue(tx, { kind: this.kind, userId, contentSealed }, now);
  }

  describe({ userId }: Delivery): string {
    return `the mail with a link to the user ${userId}`;
  }

  async deliver({ id, userId, contentSealed, createdAt }: Delivery): Promise<DeliveryProblem | undefined> {
    const link = (await this.secrets.unseal('delivery', contentSealed ?? '')) as SealedLink | undefined;
    if (!link) return { reason: 'EYRIE_SECRET does not open it', final: true };
    if (createdAt + daySeconds <= this.clock.now())
      return { reason: 'it was asked for too long ago', final: true };
    const user = userId === null ? null : await this.users.find(userId);
    if (!user || user.disabledAt !== null) return undefined;
    const { actor } = link;
    const sending = { id, actor, language: this.languages.ofPerson(user.locale, link.language) };
    if (link.purpose === 'email_change') return this.sendChange(link.change, user, sending);
    return link.purpose === 'invitation'
      ? this.sendInvitation(user, sending)
      : this.sendVerification(user, sending);
  }

  private async sendVerification(user: User, mail: Sending): Promise<DeliveryProblem | undefined> {
    const { username, email } = user;
    if (email === null || user.emailVerified) return undefined;
    return this.mails.send({
      ...mail,
      message: 'email-verification',
      model: (frame) => ({ username, ...frame }),
      link: {
        purpose: 'email_verification',
        path: endpoints.confirmEmail,
        lifetimeSeconds: daySeconds,
        ...presentOf(user, email),
      },
    });
  }

  private async sendInvitation(user: User, mail: Sending): Promise<DeliveryProblem | undefined> {
    const { id, username, email, credentialsVersion } = user;
    if (email === null || (await this.users.passwordHash(id)) !== undefined) return undefined;
    const lifetimeSeconds = this.settings.mail.invitationTtl;
    return this.mails.send({
      ...mail,
      message: 'invitation',
      model: (frame) => ({ username, days: Math.ceil(lifetimeSeconds / daySeconds), ...frame }),
      link: {
        purpose: 'invitation',
        path: endpoints.choosePassword,
        lifetimeSeconds,
        ...presentOf(user, email),
        credentialsVersion,
      },
    });
  }

  private async sendChange(
    { to, ...change }: AddressChange,
    { id: userId, username }: User,
    mail: Sending,
  ): Promise<DeliveryProblem | undefined> {
    const { newEmail } = change;
    return this.mails.send({
      ...mail,
      message: 'email-change',
      model: (frame) => ({ username, newEmail, ...frame }),
      link: {
        purpose: 'email_change',
        path: endpoints.confirmEmail,
        lifetimeSeconds: daySeconds,
        userId,
        email: to,
        ...change,
      },
    });
  }
}

/** The id of the delivery, who asked for it, and the language of its reader. */
type Sending = Pick<LinkMail<LinkMessageName>, 'id' | 'actor' | 'language'>;

const presentOf = ({ id }: User, email: string) => ({ userId: id, email, userEmail: email });
