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
import { UpstreamSignOut } from '../sign-in/upstream/logout/upstream-sign-out.js';
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
    private readonly signedOut: UpstreamSignOut,
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
    if (decision === 'sign-out') await this.signOutShown(request, http, reply);
    else if (decision === 'sign-out-all')
      await this.answer(await this.sessions.closeAll(reply), request, reply);
    else reply.redirect(endpoints.account, 303);
  }

  private async request(read: () => Parameters, http: FastifyRequest, reply: FastifyReply): Promise<void> {
    const held = await this.sessions.held(http);
    const request = await this.checked(read, held.length > 0, http);
    const meant = await this.requests.meantBy(request, held);
    // "the OP SHOULD ask the End-User whether to log out of the OP" unless the hint proves who is meant (§2).
    if (meant || held.length === 0) await this.signOut(meant, request, reply);
    else await this.ask(held, request, http, reply);
  }

  private async ask(
    held: readonly ActiveSession[],
    request: LogoutRequest,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const currentHash = this.sessions.currentHash(http);
    const current = held.find(({ tokenHash }) => tokenHash === currentHash);
    const csrfToken = this.browser.csrfToken(http, reply);
    // Only this session ends, whichever is the current one then.
    const sealed = await this.requests.seal({ ...request, sessionId: current?.id });
    pageHeaders(reply, { formAction: request.returnTo && redirectOrigin(request.returnTo) });
    reply.send(
      this.views.render(
        'confirm-sign-out',
        {
          csrfToken,
          request: sealed,
          clientName: await this.requests.nameOf(request),
          userName: current && nameOf(current),
          others: held.filter((session) => session !== current).map(nameOf),
        },
        reply,
      ),
    );
  }

  /** Only the redirect is forbidden to a request that is not valid: its page offers to sign out here. */
  private async checked(
    read: () => Parameters,
    isAnybodySignedIn: boolean,
    http: FastifyRequest,
  ): Promise<LogoutRequest> {
    try {
      return await this.requests.check(read, http);
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      throw error.with(
        isAnybodySignedIn
          ? { advice: message('signOut.endHere'), offersSignOut: true }
          : { advice: message('signOut.nothingToEnd') },
      );
    }
  }

  /** Ends the session that the page named; from the page of an error, which names none, the current one. */
  private async signOutShown(
    request: LogoutRequest | undefined,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const session =
      request?.sessionId === undefined
        ? await this.sessions.current(http)
        : (await this.sessions.held(http)).find(({ id }) => id === request.sessionId);
    await this.signOut(session, request, reply);
  }

  private async signOut(
    session: ActiveSession | undefined,
    request: LogoutRequest | undefined,
    reply: FastifyReply,
  ): Promise<void> {
    if (session) await this.sessions.close(session, reply);
    else await this.sessions.forgetEnded(reply);
    await this.answer(session ? [session.id] : [], request, reply);
  }

  private async answer(
    ended: readonly string[],
    request: LogoutRequest | undefined,
    reply: FastifyReply,
  ): Promise<void> {
    await this.signedOut.answer(reply, ended, {
      clientName: request && (await this.requests.nameOf(request)),
      returnTo: request?.returnTo,
      // As for errors of authorization requests (RFC 9700 §4.11.2).
      needsClick: ended.length === 0 && request?.registeredItself,
    });
  }
}

const nameOf = ({ name, username }: ActiveSession): string => name ?? username;

/** The form, if it can be read: the decision on our page, or the request of a client. */
function decided(http: FastifyRequest): Parameters | undefined {
  try {
    return formParameters(http);
  } catch (error) {
    if (error instanceof OAuthError) return undefined;
    throw error;
  }
}
