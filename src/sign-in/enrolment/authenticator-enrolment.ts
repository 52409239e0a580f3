import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Originator } from '../../audit/originator.js';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { newOneTimeCodeSecret, oneTimeCodeUri, timeStepOf } from '../../crypto/one-time-code.js';
import { Secrets } from '../../crypto/secrets.js';
import { Browser } from '../../http/browser.js';
import { formParameters } from '../../http/forms.js';
import { DuplicateError } from '../../persistence/duplicate-error.js';
import { AuthenticatorsStore } from '../../persistence/stores/authenticators.store.js';
import type { ProvenUser } from '../../sessions/sessions.js';
import type { Enrolled, EnrollingUser, Enrolment } from './enrolment.js';
import { FactorAdditions } from './factor-additions.js';
import { message } from '../../locales/message.js';

/** How a new secret travels, sealed, in the form of its page. */
interface SealedSecret {
  readonly userId: string;
  readonly secret: string;
  /** The binding of the browser that it was shown to. */
  readonly browser: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** What the page of a new authenticator app shows. */
export interface NewAuthenticator {
  readonly enrolment: string;
  readonly secret: string;
  readonly qrCode: { readonly size: number; readonly path: string };
}

const lifetimeSeconds = 900;

/** Sets up authenticator apps. The secret is stored once a first code has shown that the app has it. */
@Injectable()
export class AuthenticatorEnrolment implements Enrolment<'one-time-code-setup'> {
  readonly name = 'one-time-code';
  readonly page = 'one-time-code-setup';
  private readonly serviceName: string;

  constructor(
    private readonly authenticators: AuthenticatorsStore,
    private readonly additions: FactorAdditions,
    private readonly secrets: Secrets,
    private readonly browser: Browser,
    private readonly clock: Clock,
    @Inject(SETTINGS) settings: Settings,
  ) {
    // A colon ends the name in the URI of the QR code.
    this.serviceName = settings.brand.name?.replaceAll(':', '') ?? new URL(settings.issuer).host;
  }

  /** A new secret for a user, to be shown once; the same again after a wrong code. */
  async begin(
    { userId, username }: EnrollingUser,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<NewAuthenticator> {
    const form = formParameters(request);
    const secret =
      (await this.open(form.get('enrolment') ?? '', userId, request)) ?? (await newOneTimeCodeSecret());
    const sealed: SealedSecret = {
      userId,
      secret,
      browser: this.browser.binding(request, reply),
      expiresAt: this.clock.now() + lifetimeSeconds,
    };
    return {
      enrolment: await this.secrets.seal('enrolment', sealed),
      secret: secret.match(/.{1,4}/g)?.join(' ') ?? secret,
      qrCode: await drawn(await oneTimeCodeUri(secret, this.serviceName, username)),
    };
  }

  /** Stores the secret if the code was made with it. The code counts as a proof, and is used up. */
  async confirm(
    { userId, credentialsVersion }: ProvenUser,
    actor: Originator,
    request: FastifyRequest,
  ): Promise<Enrolled> {
    const form = formParameters(request);
    const secret = await this.open(form.get('enrolment') ?? '', userId, request);
    if (secret === undefined) return { kind: 'refused', message: message('setUp.newKey') };
    const step = await timeStepOf(secret, form.get('code') ?? '', this.clock.now());
    if (step === undefined) return { kind: 'refused', message: message('setUp.wrongCode') };
    const secretSealed = await this.secrets.seal('authenticator', secret);
    try {
      const codes = await this.additions.add(this.name, { userId, credentialsVersion }, actor, (tx, now) =>
        this.authenticators.insert(tx, {
          userId,
          secretSealed,
          lastStep: step,
          createdAt: now,
          lastUsedAt: now,
        }),
      );
      if (!codes) return { kind: 'outdated' };
      return {
        kind: 'enrolled',
        user: { userId, credentialsVersion: credentialsVersion + 1 },
        methods: ['otp'],
        codes,
      };
    } catch (error) {
      if (error instanceof DuplicateError) return { kind: 'outdated' };
      throw error;
    }
  }

  private async open(sealed: string, userId: string, request: FastifyRequest): Promise<string | undefined> {
    const opened = (await this.secrets.unseal('enrolment', sealed)) as SealedSecret | undefined;
    const isUsable =
      opened?.userId === userId &&
      opened.expiresAt > this.clock.now() &&
      this.browser.isBoundTo(request, opened.browser);
    return isUsable ? opened.secret : undefined;
  }
}

/** A QR code as the path of its dark modules. */
async function drawn(text: string): Promise<NewAuthenticator['qrCode']> {
  const { default: qrCode } = await import('qrcode');
  const { modules } = qrCode.create(text);
  const { size } = modules;
  const dark = Array.from({ length: size * size }, (_, index) => index).filter(
    (index) => modules.data[index],
  );
  return { size, path: dark.map((index) => `M${index % size} ${Math.floor(index / size)}h1v1h-1z`).join('') };
}
