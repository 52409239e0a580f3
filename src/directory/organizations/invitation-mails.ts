import { ConflictException, Injectable, type OnModuleInit } from '@nestjs/common';
import { nameOf, type Originator } from '../../audit/originator.js';
import { Clock } from '../../config/clock.js';
import { endpoints } from '../../config/endpoints.js';
import { Languages } from '../../http/languages.js';
import { LinkMails } from '../../mail/link-mails.js';
import { Mailer, mailRetryDelaysSeconds } from '../../mail/mailer.js';
import type { Delivery } from '../../persistence/entities/delivery.entity.js';
import { DeliveriesStore } from '../../persistence/stores/deliveries.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import type { DeliveryHandler, DeliveryProblem } from '../../queue/delivery-handler.js';
import { DeliveryQueue } from '../../queue/delivery-queue.js';
import { OpenInvitations } from './open-invitations.js';

const daySeconds = 86_400;

/** Mails invitations into organizations. */
@Injectable()
export class InvitationMails implements DeliveryHandler, OnModuleInit {
  readonly kind = 'organization_invitation';
  readonly retryDelaysSeconds = mailRetryDelaysSeconds;

  constructor(
    private readonly deliveryQueue: DeliveryQueue,
    private readonly deliveries: DeliveriesStore,
    private readonly invitations: OpenInvitations,
    private readonly users: UsersStore,
    private readonly mails: LinkMails,
    private readonly mailer: Mailer,
    private readonly languages: Languages,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.deliveryQueue.register(this);
  }

  /** @throws ConflictException if mail cannot be sent */
  requireMail(): void {
    if (!this.mailer.isOn)
      throw new ConflictException('mail cannot be sent: set EYRIE_MAIL_URL and EYRIE_MAIL_FROM');
  }

  /** Queues the mail of an invitation. Its link is made when it is sent. */
  async queue(tx: Transaction, invitation: string, actor: Originator, now: number): Promise<void> {
    const payload = { invitation, actor: nameOf(actor) };
    await this.deliveries.queue(tx, { kind: this.kind, payload }, now);
  }

  describe({ payload }: Delivery): string {
    return `the mail of the invitation ${payload?.['invitation']}`;
  }

  async deliver({ id, payload }: Delivery): Promise<DeliveryProblem | undefined> {
    const opened = await this.invitations.find(String(payload?.['invitation']));
    if (!opened) return undefined;
    const { invitation, organization, inviter } = opened;
    const { email, language, expiresAt } = invitation;
    const known = await this.users.findByVerifiedEmail(invitation.emailKey);
    const lifetimeSeconds = expiresAt - this.clock.now();
    return this.mails.send({
      id,
      message: 'organization-invitation',
      language: this.languages.ofPerson(known?.locale, language ?? undefined),
      model: (frame) => ({
        organization,
        inviter,
        days: Math.ceil(lifetimeSeconds / daySeconds),
        ...frame,
      }),
      link: {
        purpose: 'organization_invitation',
        path: endpoints.invitation,
        lifetimeSeconds,
        email,
        pairId: invitation.id,
        isSuccessor: true,
      },
      actor: String(payload?.['actor']),
    });
  }
}
