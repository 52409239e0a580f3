import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { FormGuard } from '../http/form.guard.js';
import { formParameters } from '../http/forms.js';
import { Languages, speakTo } from '../http/languages.js';
import { addressOf } from '../http/network.js';
import { languageNamed } from '../locales/languages.js';
import type { Language } from '../locales/message.js';
import { Sessions } from '../sessions/sessions.js';
import { UserAccounts } from '../users/user-accounts.js';
import { Interactions } from './interaction.js';
import { afterSignIn } from './steps.js';
import { maxUrlCharacters, Walk } from './walk.js';

/** Pages of ours that a browser can open again by their URL. Sealed texts of the request are not in it. */
const pagesByUrl: readonly string[] = [
  endpoints.home,
  endpoints.signIn,
  endpoints.account,
  endpoints.accountSecurity,
  endpoints.accountPassword,
  endpoints.accountEmail,
  endpoints.accountProfile,
  endpoints.device,
  endpoints.logout,
];

/**
 * The language menu of the pages. A choice is remembered in a cookie and, if its maker is signed in and may change it, in the account. The
 * page is shown again.
 */
@ApiExcludeController()
@Controller(endpoints.language)
export class LanguageController {
  constructor(
    private readonly languages: Languages,
    private readonly sessions: Sessions,
    private readonly accounts: UserAccounts,
    private readonly interactions: Interactions,
    private readonly walk: Walk,
    private readonly formGuard: FormGuard,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Without a CSRF token: pages for everybody have none, and another site cannot post to it. */
  @Post()
  @HttpCode(200)
  async choose(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.formGuard.checkOrigin(request);
    const form = formParameters(request);
    const language = languageNamed(form.get('language'));
    if (language) await this.remember(language, request, reply);
    const sealed = form.get('interaction');
    const back = form.get('back');
    if (sealed !== undefined) await this.goOn(sealed, request, reply);
    else if (back !== undefined) reply.redirect(`${endpoints.signIn}?back=${encodeURIComponent(back)}`, 303);
    else reply.redirect(this.pageBefore(request), 303);
  }

  /** In this browser, and in the account of who is signed in. */
  private async remember(language: Language, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    this.languages.choose(reply, language);
    const session = await this.sessions.current(request);
    if (!session || !this.languages.areChosen || session.locale === language.tag) return;
    const { userId } = session;
    const locale = language.tag;
    await this.accounts.update(userId, { locale }, { name: `user:${userId}`, address: addressOf(request) });
    speakTo({ locale }, request);
  }

  /** The request is evaluated again, which leads to the page that it needs. */
  private async goOn(sealed: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { language: _asked, ...interaction } = await this.interactions.open(sealed, request);
    if (interaction.kind === 'authorization')
      await this.walk.goOn(afterSignIn.authorization, interaction, request, reply);
    else reply.redirect(await this.interactions.urlOf(afterSignIn.device, interaction), 303);
  }

  /** The page that the form was on, if it can be opened again; otherwise the front page. */
  private pageBefore({ headers }: FastifyRequest): string {
    const { referer } = headers;
    const { origin, issuerPath } = this.settings;
    if (referer === undefined || !URL.canParse(referer)) return endpoints.home;
    const url = new URL(referer);
    if (url.origin !== origin || !url.pathname.startsWith(issuerPath)) return endpoints.home;
    const path = url.pathname.slice(issuerPath.length);
    const page = path + url.search;
    return pagesByUrl.includes(path) && page.length <= maxUrlCharacters ? page : endpoints.home;
  }
}
