import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { PasswordStrength } from '../crypto/password-rules.js';
import { Browser } from '../http/browser.js';
import { pageHeaders } from '../http/headers.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import type { ClientBrand } from '../views/client-brands.js';
import type { PageName, Pages } from '../views/page-models.js';
import type { PurposeFields, SignInPage } from '../views/sign-in-page-models.js';
import { Views } from '../views/views.js';
import { AskingApplications } from './asking-applications.js';
import { PasskeyChallenges } from './passkey-challenges.js';
import type { FactorName } from '../protocol/factors.js';
import { type SignInProgress, SignInProgresses } from './sign-in-progress.js';
import type { SignInPurpose } from './sign-in-purposes.js';
import { type Message, message, type Text, verbatim } from '../locales/message.js';
import { HomeRealms } from './upstream/home-realms.js';

/** Why an attempt failed. */
export interface Failure {
  readonly error?: Text;
  readonly retryAfterSeconds?: number;
  /** How strong a refused new password is. */
  readonly strength?: PasswordStrength;
}

/** What the first page shows beside its form. */
export interface ShownSignIn extends Failure {
  readonly purpose: SignInPurpose;
  readonly username?: string | undefined;
  /** A sentence about what happened before. */
  readonly notice?: Text;
  /** Whether the box “Keep me signed in” is ticked. */
  readonly keep?: boolean;
}

/** What a page between the first factor and the session shows. */
export interface ShownProgress extends Failure {
  readonly purpose: SignInPurpose;
  readonly progress: SignInProgress;
}

/** The pages that continue a sign-in under way. */
type ProgressPageName = 'new-password' | 'further-factor' | 'enrolment' | 'keep-account';

/** What such a page shows beside its hidden fields. */
type OwnContent<Name extends PageName> = Omit<
  Pages[Name],
  'csrfToken' | 'progress' | 'username' | keyof PurposeFields | keyof Failure
>;

/** Shows the pages of a sign-in, with the application that asks for it. */
@Injectable()
export class SignInPages {
  constructor(
    private readonly applications: AskingApplications,
    private readonly homeRealms: HomeRealms,
    private readonly progresses: SignInProgresses,
    private readonly challenges: PasskeyChallenges,
    private readonly browser: Browser,
    private readonly views: Views,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The page that a sign-in begins with. */
  async showFirst(
    { purpose, keep, ...rest }: ShownSignIn,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const application = await this.applications.shownFor(purpose);
    const { clientBrand } = application;
    const { firstFactors, withEmail } = this.settings.signIn;
    const passkey = firstFactors.includes('passkey')
      ? await this.passkeyForm('required', request, reply)
      : undefined;
    const html = this.views.render(
      'sign-in',
      {
        csrfToken: this.browser.csrfToken(request, reply),
        canSignUp: this.settings.signIn.signUp !== 'off',
        canRecover: this.settings.mail.server !== undefined,
        canReturn: redirectOriginOf(purpose) !== undefined,
        keep: this.settings.lifetimes.keptSession > 0 ? (keep ?? false) : undefined,
        withEmail: withEmail === 'on',
        withoutPassword: !firstFactors.includes('password'),
        ...passkey,
        ...(await this.fieldsOf(purpose)),
        ...application,
        ...(await this.applications.linksFor(purpose)),
        ...(await this.offeredFor(purpose, request)),
        notice: noticeOf(purpose),
        ...rest,
      },
      reply,
    );
    this.send(html, purpose, { scriptNonce: passkey?.scriptNonce, clientBrand }, reply);
  }

  /** The accounts of the browser, with one of which the person goes on. */
  async showAccounts(
    purpose: SignInPurpose,
    sessions: readonly ActiveSession[],
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const clientBrand = await this.brandOf(purpose);
    const html = this.views.render(
      'select-account',
      {
        csrfToken: this.browser.csrfToken(request, reply),
        ...(await this.fieldsOf(purpose)),
        clientBrand,
        clientName: await this.applications.nameFor(purpose),
        accounts: sessions.map(({ id, name, username }) => ({ id, userName: name ?? username, username })),
      },
      reply,
    );
    this.send(html, purpose, { scriptNonce: undefined, clientBrand }, reply);
  }

  /** The page of a further factor. */
  async showFurther(
    {
      factor,
      others,
      ...shown
    }: ShownProgress & {
      readonly factor: FactorName;
      readonly others: readonly FactorName[];
    },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const passkey = factor === 'passkey' ? await this.passkeyForm('preferred', request, reply) : undefined;
    const { mailedCode } = shown.progress;
    await this.showNext('further-factor', shown, { factor, others, mailedCode, ...passkey }, request, reply);
  }

  /** A page that continues a sign-in under way. */
  async showNext<Name extends ProgressPageName>(
    name: Name,
    { purpose, progress, ...failure }: ShownProgress,
    content: OwnContent<Name>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const clientBrand = await this.brandOf(purpose);
    const page = {
      clientBrand,
      csrfToken: this.browser.csrfToken(request, reply),
      ...(await this.fieldsOf(purpose)),
      progress: await this.progresses.seal(progress, request, reply),
      username: progress.username,
      ...failure,
      ...content,
    };
    const scriptNonce = 'scriptNonce' in content ? (content.scriptNonce as string | undefined) : undefined;
    const html = this.views.render(name, page as unknown as Pages[Name], reply);
    this.send(html, purpose, { scriptNonce, clientBrand }, reply);
  }

  /** The look of the pages of the application that asks for the sign-in. */
  async brandOf(purpose: SignInPurpose): Promise<ClientBrand | undefined> {
    return this.applications.brandFor(purpose);
  }

  /** The hidden fields that hold the purpose. */
  async fieldsOf(purpose: SignInPurpose): Promise<PurposeFields> {
    return this.applications.fieldsOf(purpose);
  }

  /** The upstreams at which the person may sign in. Whoever is about to link one signs in here. */
  private async offeredFor(
    purpose: SignInPurpose,
    request: FastifyRequest,
  ): Promise<Pick<SignInPage, 'upstreams' | 'asksAddress'>> {
    if (purpose.link !== undefined) return {};
    const shown = await this.homeRealms.shown(purpose, request);
    return {
      upstreams: shown.map(({ alias, name }) => ({ alias, name: verbatim(name) })),
      asksAddress: await this.homeRealms.asksAddress(),
    };
  }

  private async passkeyForm(
    userVerification: 'required' | 'preferred',
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ passkey: { options: string; challenge: string }; scriptNonce: string }> {
    return {
      passkey: await this.challenges.forSignIn(userVerification, request, reply),
      scriptNonce: randomBytes(16).toString('base64url'),
    };
  }

  private send(
    html: string,
    purpose: SignInPurpose,
    { scriptNonce, clientBrand }: { scriptNonce: string | undefined; clientBrand: ClientBrand | undefined },
    reply: FastifyReply,
  ): void {
    pageHeaders(reply, {
      formAction: redirectOriginOf(purpose),
      images: [clientBrand?.logoUri],
      scriptNonce,
    });
    reply.send(html);
  }
}

/** The origin to which the forms of a sign-in may lead. */
export function redirectOriginOf(purpose: SignInPurpose): string | undefined {
  const opened = purpose.kind === 'interaction' ? purpose.opened : undefined;
  return opened?.kind === 'authorization' ? opened.redirectOrigin : undefined;
}

function noticeOf(purpose: SignInPurpose): Message | undefined {
  if (purpose.link !== undefined) {
    const { upstream, account } = purpose.link;
    return message('upstream.linkFirst', { upstream: verbatim(upstream), account: verbatim(account) });
  }
  if (purpose.kind === 'back') return purpose.reason;
  return purpose.kind === 'interaction' && purpose.opened.restarted ? message('signIn.restarted') : undefined;
}
