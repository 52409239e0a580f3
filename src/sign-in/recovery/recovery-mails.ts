import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { endpoints } from '../../config/endpoints.js';
import { Secrets } from '../../crypto/secrets.js';
import { Languages } from '../../http/languages.js';
import { LinkMails } from '../../mail/link-mails.js';
import { mailRetryDelaysSeconds } from '../../mail/mailer.js';
import type { Delivery } from '../../persistence/entities/delivery.entity.js';
import type { User } from '../../persistence/entities/user.entity.js';
import { emailKey, UsersStore } from '../../persistence/stores/users.store.js';
import type { DeliveryHandler, DeliveryProblem } from '../../queue/delivery-handler.js';
import { DeliveryQueue } from '../../queue/delivery-queue.js';
import { DirectoryOwnership } from '../../users/directory-ownership.js';
import { recoveryDeliveryKind, type RecoveryRequest } from './recovery-requests.js';

const lifetimeSeconds = 1_800;

/** Mails links to people who asked for a new password. */
@Injectable()
export class RecoveryMails implements DeliveryHandler, OnModuleInit {
  readonly kind = recoveryDeliveryKind;
  readonly retryDelaysSeconds = mailRetryDelaysSeconds;

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly users: UsersStore,
    private readonly mails: LinkMails,
    private readonly secrets: Secrets,
    private readonly languages: Languages,
    private readonly clock: Clock,
    private readonly ownership: DirectoryOwnership,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  describe(): string {
    return 'the mail to somebody who asked for a new password';
  }

  async deliver({ id, contentSealed, createdAt }: Delivery): Promise<DeliveryProblem | undefined> {
    if (createdAt + lifetimeSeconds <= this.clock.now())
      return { reason: 'it was asked for too long ago', final: true };
    const request = (await this.secrets.unseal('delivery', contentSealed ?? '')) as
      RecoveryRequest | undefined;
    if (!request) return { reason: 'EYRIE_SECRET does not open it', final: true };
    const user = await this.find(request.name);
    if (!user?.email || user.disabledAt !== null) return undefined;
    if (await this.ownership.hasPassword(user.id)) return undefined;
    const { id: userId, username, email, credentialsVersion } = user;
    return this.mails.send({
      id,
      message: 'password-reset',
      language: this.languages.ofPerson(user.locale, request.language),
      model: (frame) => ({ username, ...frame }),
      link: {
        purpose: 'password_reset',
        path: endpoints.choosePassword,
        lifetimeSeconds,
        userId,
        email,
        userEmail: email,
        credentialsVersion,
      },
      actor: { name: 'unknown', address: request.address },
    });
  }

  /** The user with this name, with this verified address, or the only one with this address. */
  private async find(name: string): Promise<User | null> {
    const user = await this.users.findByUsername(name);
    if (user || !name.includes('@')) return user;
    const email = name.trim();
    return (await this.users.findByVerifiedEmail(emailKey(email))) ?? this.users.findOnlyByEmail(email);
  }
}
