import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Browser } from '../../http/browser.js';
import { formParameters } from '../../http/forms.js';
import { pageHeaders } from '../../http/headers.js';
import { addressOf } from '../../http/network.js';
import type { ProvenUser } from '../../sessions/sessions.js';
import type { EnrollableFactor, EnrolmentForm } from '../../views/factor-page-models.js';
import type { Pages } from '../../views/page-models.js';
import { Views } from '../../views/views.js';
import { AuthenticatorEnrolment } from './authenticator-enrolment.js';
import type { Enrolled, Enrolment } from './enrolment.js';
import { PasskeyEnrolment } from './passkey-enrolment.js';
import type { Text } from '../../locales/message.js';

/** Every factor that can be set up. Another one is its file and its line here. */
export const enrolmentProviders = [AuthenticatorEnrolment, PasskeyEnrolment];

/** Who sets up a factor, and where: at a sign-in, or in the account. */
export interface Enrolling {
  readonly user: ProvenUser;
  readonly username: string;
  /** Where the forms post to, and their hidden fields. */
  readonly form: Pick<EnrolmentForm, 'action' | 'interaction' | 'back' | 'to' | 'progress' | 'clientBrand'>;
  /** An origin that the forms may lead to. */
  readonly formAction?: string | undefined;
}

/** Shows the pages that set up a factor, and takes their answers. */
@Injectable()
export class Enrolments {
  private readonly all: readonly Enrolment[];

  constructor(
    authenticators: AuthenticatorEnrolment,
    passkeys: PasskeyEnrolment,
    private readonly browser: Browser,
    private readonly views: Views,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.all = [authenticators, passkeys];
  }

  /** What can be set up. */
  get offered(): EnrollableFactor[] {
    return this.settings.signIn.secondFactors.flatMap((name) =>
      this.all.flatMap((one) => (one.name === name ? [one.name] : [])),
    );
  }

  /** The one that a form names; undefined if it is not offered. */
  named(name: string | undefined): Enrolment | undefined {
    return this.all.find((one) => one.name === name && this.offered.includes(one.name));
  }

  /** Whether the form answers the page that sets up a factor; otherwise it asks for that page. */
  isAnswer(request: FastifyRequest): boolean {
    const form = formParameters(request);
    return form.get('code') !== undefined || form.get('passkey') !== undefined;
  }

  async confirm(enrolment: Enrolment, { user }: Enrolling, request: FastifyRequest): Promise<Enrolled> {
    const actor = { name: `user:${user.userId}`, address: addressOf(request) };
    return enrolment.confirm(user, actor, request);
  }

  /** Shows the page that sets up a factor. */
  async show(
    enrolment: Enrolment,
    { user, username, form, formAction }: Enrolling,
    error: Text | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const content = await enrolment.begin({ userId: user.userId, username }, request, reply);
    const csrfToken = this.browser.csrfToken(request, reply);
    const page = { csrfToken, username, ...form, error, ...content } as Pages[typeof enrolment.page];
    const images = [form.clientBrand?.logoUri];
    pageHeaders(reply, {
      formAction,
      images,
      scriptNonce: 'scriptNonce' in page ? page.scriptNonce : undefined,
    });
    reply.send(this.views.render(enrolment.page, page, reply));
  }

  /** Shows new recovery codes, once. */
  showCodes(
    codes: readonly string[],
    { username, form, formAction }: Enrolling,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    pageHeaders(reply, { formAction, images: [form.clientBrand?.logoUri] });
    reply.send(
      this.views.render(
        'recovery-codes',
        {
          csrfToken: this.browser.csrfToken(request, reply),
          username,
          ...form,
          codes,
        },
        reply,
      ),
    );
  }
}
