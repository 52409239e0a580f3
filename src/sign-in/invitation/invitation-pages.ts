import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../../config/endpoints.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Browser } from '../../http/browser.js';
import { pageHeaders } from '../../http/headers.js';
import { type Message, message, verbatim } from '../../locales/message.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import type { InvitationPage } from '../../views/mailed-page-models.js';
import { Views } from '../../views/views.js';
import type { Failure } from '../sign-in-pages.js';
import { accountTarget } from '../sign-in-purposes.js';
import type { InvitationReference, OpenedInvitation } from './opened-invitations.js';

/** What is shown again after a failed attempt. */
export type ShownAttempt = Failure & Pick<InvitationPage, 'username' | 'name'>;

/** Shows invitations into organizations. */
@Injectable()
export class InvitationPages {
  constructor(
    private readonly users: UsersStore,
    private readonly browser: Browser,
    private readonly views: Views,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async show(
    opened: OpenedInvitation,
    { token, id }: InvitationReference,
    attempt: ShownAttempt,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { invitation, organization, inviter, user } = opened;
    const target = accountTarget({ kind: 'account', ...(token === undefined ? {} : { invitation: token }) });
    const html = this.views.render(
      'invitation',
      {
        csrfToken: this.browser.csrfToken(request, reply),
        ...(token === undefined ? { invitation: id } : { token }),
        organization,
        inviter,
        email: invitation.email,
        way: await this.wayOf(opened),
        userName: user && (user.name ?? user.username),
        account: user?.id,
        to: target === undefined ? undefined : encodeURIComponent(target),
        ...attempt,
      },
      reply,
    );
    pageHeaders(reply);
    reply.send(html);
  }

  showAccepted(organization: string, reply: FastifyReply): void {
    this.showMessage(
      message('invitation.joined', { organization: verbatim(organization) }),
      message('invitation.joinedText'),
      reply,
    );
  }

  showDeclined(reply: FastifyReply): void {
    this.showMessage(message('invitation.declined'), message('invitation.declinedText'), reply);
  }

  private showMessage(title: Message, text: Message, reply: FastifyReply): void {
    pageHeaders(reply);
    const links = [{ href: endpoints.account, label: message('account.title') }];
    reply.send(this.views.render('message', { title, text, links }, reply));
  }

  /** Whether whoever has the link can make an account: no account has the address, and people sign in with passwords. */
  async offersSignUp({ invitation, user }: OpenedInvitation): Promise<boolean> {
    if (user || !this.settings.signIn.firstFactors.includes('password')) return false;
    return (await this.users.findByVerifiedEmail(invitation.emailKey)) === null;
  }

  /** How the person can accept. */
  private async wayOf(opened: OpenedInvitation): Promise<InvitationPage['way']> {
    const { user, fits } = opened;
    if (user) return fits ? 'accept' : 'other-account';
    return (await this.offersSignUp(opened)) ? 'sign-up' : 'sign-in';
  }
}
