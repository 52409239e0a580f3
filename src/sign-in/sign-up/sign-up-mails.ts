import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { endpoints } from '../../config/endpoints.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Secrets } from '../../crypto/secrets.js';
import { Languages } from '../../http/languages.js';
import { LinkMails } from '../../mail/link-mails.js';
import { Mailer, mailRetryDelaysSeconds } from '../../mail/mailer.js';
import type { Delivery } from '../../persistence/entities/delivery.entity.js';
import { emailKey, UsersStore } from '../../persistence/stores/users.store.js';
import type { DeliveryHandler, DeliveryProblem } from '../../queue/delivery-handler.js';
import { DeliveryQueue } from '../../queue/delivery-queue.js';
import { signUpDeliveryKind, type SignUpRequest } from './sign-up-requests.js';

const lifetimeSeconds = 3_600;

/** Mails links to people who want an account. Who has one is told so, in the mail alone. */
@Injectable()
export class SignUpMails implements DeliveryHandler, OnModuleInit {
  readonly kind = signUpDeliveryKind;
  readonly retryDelaysSeconds = mailRetryDelaysSeconds;

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly users: UsersStore,
    private readonly mails: LinkMails,
    private readonly mailer: Mailer,
    private readonly secrets: Secrets,
    private readonly languages: Languages,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.queue.register(this);
  }

  describe(): string {
    return 'the mail to somebody who wants an account';
  }

  async deliver({ id, contentSealed, createdAt }: Delivery): Promise<DeliveryProblem | undefined> {
    if (createdAt + lifetimeSeconds <= this.clock.now())
      return { reason: 'it was asked for too long ago', final: true };
    const request = (await this.secrets.unseal('delivery', contentSealed ?? '')) as SignUpRequest | undefined;
    if (!request) return { reason: 'EYRIE_SECRET does not open it', final: true };
    const { email, address, language, interaction = null } = request;
    const known =
      (await this.users.findByVerifiedEmail(emailKey(email))) ?? (await this.users.findOnlyByEmail(email));
    if (known) {
      const { username } = known;
      const { issuer } = this.settings;
      const recoveryUrl = `${issuer}${endpoints.forgottenPassword}`;
      return this.mailer.send({
        id,
        to: email,
        message: 'sign-up-known',
        language: this.languages.ofPerson(known.locale, language),
        model: { username, issuer, recoveryUrl },
      });
    }
    return this.mails.send({
      id,
      message: 'sign-up',
      language: this.languages.ofPerson(null, language),
      model: (frame) => frame,
      link: { purpose: 'sign_up', path: endpoints.completeSignUp, lifetimeSeconds, email, interaction },
      actor: { name: 'unknown', address },
    });
  }
}
