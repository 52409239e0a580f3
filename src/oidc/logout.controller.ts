import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { Browser } from '../http/browser.js';
import { FormGuard } from '../http/form.guard.js';
import { formParameters, queryParameters } from '../http/forms.js';
import { pageHeaders } from '../http/headers.js';
import { PageError } from '../http/page-error.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { OAuthError } from '../protocol/errors.js';
import { CrossSitePosts } from '../interaction/cross-site-post.js';
import type { Parameters } from '../protocol/parameters.js';
import { redirectOrigin } from '../protocol/redirect-uri.js';
import { Sessions } from '../sessions/sessions.js';
import { SignedOut } from '../sessions/signed-out.js';
import { Views } from '../views/views.js';
import { type LogoutRequest, LogoutRequests } from './logout-request.js';
import { message } from '../locales/message.js';

/** RP-initiated logout (OIDC RP-Initiated Logout §2). It asks the person unless an id_token_hint names them. */
@ApiExcludeController()
@Controller(endpoints.logout)
export class LogoutController {
  constructor(
    private readonly requests: LogoutRequests,
    private readonly sessions: Sessions,
    private readonly signedOut: SignedOut,
    private readonly browser: Browser,
    private readonly formGuard: FormGuard,
    private readonly views: Views,
    private readonly crossSitePosts: CrossSitePosts,
  ) {}

  @Get()
  async get(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.request(() => queryParameters(http), http, reply);
  }

  /** A request of a client, or the decision on our confirmation page, which needs our CSRF token. */
  @Post()
  @HttpCode(200)
  async post(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = decided(http);
    const decision = form?.get('decision');
    if (form === undefined || decision === undefined) {
      if (!this.crossSitePosts.sendAgain(http, reply, endpoints.logout))
        await this.request(() => formParameters(http), http, reply);
      return;
    }
    this.formGuard.check(http);
    const request = await this.requests.open(form.get('request') ?? '', http);
    if (decision === 'sign-out') await this.signOut(request, http, reply);
    else reply.redirect(endpoints.account, 303);
  }

  private async request(read: () => Parameters, http: FastifyRequest, reply: FastifyReply): Promise<void> {
    const session = await this.sessions.current(http);
    const request = await this.checked(read, session, http);
    // "the OP SHOULD ask the End-User whether to log out of the OP" unless the hint proves who is meant (§2).
    if (session && !(await this.requests.isAbout(request, session.userId))) {
      const csrfToken = this.browser.csrfToken(http, reply);
      const sealed = await this.requests.seal(request);
      pageHeaders(reply, { formAction: request.returnTo && redirectOrigin(request.returnTo) });
      reply.send(
        this.views.render(
          'confirm-sign-out',
          {
            csrfToken,
            request: sealed,
            clientName: await this.requests.nameOf(request),
            userName: session.name ?? session.username,
          },
          reply,
        ),
      );
      return;
    }
    await this.signOut(request, http, reply);
  }

  /** Only the redirect is forbidden to a request that is not valid: its page offers to sign out here. */
  private async checked(
    read: () => Parameters,
    session: ActiveSession | undefined,
    http: FastifyRequest,
  ): Promise<LogoutRequest> {
    try {
      return await this.requests.check(read, http);
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      throw error.with(
        session
          ? { advice: message('signOut.endHere'), offersSignOut: true }
          : { advice: message('signOut.nothingToEnd') },
      );
    }
  }

  private async signOut(
    request: LogoutRequest | undefined,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const session = await this.sessions.current(http);
    await this.sessions.close(session, reply);
    await this.signedOut.answer(reply, session?.id, {
      clientName: request && (await this.requests.nameOf(request)),
      returnTo: request?.returnTo,
      // As for errors of authorization requests (RFC 9700 §4.11.2).
      needsClick: session === undefined && request?.registeredItself,
    });
  }
}

/** The form, if it can be read: the decision on our page, or the request of a client. */
function decided(http: FastifyRequest): Parameters | undefined {
  try {
    return formParameters(http);
  } catch (error) {
    if (error instanceof OAuthError) return undefined;
    throw error;
  }
}
