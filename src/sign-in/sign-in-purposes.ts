import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import {
  type Interaction,
  Interactions,
  type WantedSignIn,
  withoutSession,
} from '../interaction/interaction.js';
import { afterSignIn } from '../interaction/steps.js';
import { Walk } from '../interaction/walk.js';
import { type CameFrom, WayBack } from '../interaction/way-back.js';
import { formParameters } from '../http/forms.js';
import { pageHeaders } from '../http/headers.js';
import { Sessions } from '../sessions/sessions.js';
import { Views } from '../views/views.js';
import { type Message, message } from '../locales/message.js';
import { PendingIdentities, type ShownIdentity } from './upstream/pending-identities.js';

/** Pages of the account that ask for a proof of their own. */
const accountPages = {
  security: endpoints.accountSecurity,
  password: endpoints.accountPassword,
  email: endpoints.accountEmail,
  data: endpoints.accountData,
  deletion: endpoints.accountDeletion,
} as const;

export type AccountPageName = keyof typeof accountPages;

/** Whoever changes what they sign in with has just proven who they are, with all that they have. */
export const recentProofSeconds = 600;

/** What a sign-in is for, and so where it leads. */
export type SignInPurpose = {
  /** Somebody's identity at an upstream that is linked once they have signed in. */
  readonly link?: ShownIdentity | undefined;
} & (
  | /** The person's own account; the start page of it, unless another is named. */
    {
      readonly kind: 'account';
      readonly page?: AccountPageName;
      /** The token of the invitation into an organization that is answered in its place. */
      readonly invitation?: string;
      /** The upstream at which the sign-in began, and which of its targets comes next. */
      readonly onwards?: OnwardsTarget;
    }
    /** A request of an application. */
  | { readonly kind: 'interaction'; readonly sealed: string; readonly opened: Interaction }
  /** A request that has expired and is started again. */
  | { readonly kind: 'restart'; readonly sealed: string; readonly opened: Interaction }
  /** An application whose request cannot go on. */
  | { readonly kind: 'back'; readonly from: CameFrom; readonly reason?: Message }
);

/** What the sign-in page says of its purpose, sealed. */
export interface SealedPurpose {
  readonly interaction?: string | undefined;
  readonly back?: string | undefined;
  /** The name of a page of the account, or an invitation; it is not sealed. */
  readonly to?: string | undefined;
  readonly link?: string | undefined;
}

/** Finds what a sign-in is for, and leads there. */
@Injectable()
export class SignInPurposes {
  constructor(
    private readonly interactions: Interactions,
    private readonly wayBack: WayBack,
    private readonly walk: Walk,
    private readonly views: Views,
    private readonly sessions: Sessions,
    private readonly pending: PendingIdentities,
  ) {}

  /** @throws PageError 403 if the interaction is forged or belongs to another browser */
  async find(
    { link: sealedLink, ...sealed }: SealedPurpose,
    request: FastifyRequest,
  ): Promise<SignInPurpose> {
    const purpose = await this.findPurpose(sealed, request);
    const link = sealedLink === undefined ? undefined : await this.pending.read(sealedLink, request);
    return link ? { ...purpose, link } : purpose;
  }

  private async findPurpose(
    { interaction: sealed, back, to }: SealedPurpose,
    request: FastifyRequest,
  ): Promise<SignInPurpose> {
    if (!sealed) {
      const from = back ? await this.wayBack.open(back) : undefined;
      if (from) return { kind: 'back', from };
      return to === undefined ? { kind: 'account' } : accountPurpose(to);
    }
    const found = await this.interactions.look(sealed, request);
    if (found.state === 'unreadable' || found.state === 'elsewhere')
      throw await this.interactions.refusal(found, sealed, request);
    const { state, interaction: opened } = found;
    if (state === 'open') return { kind: 'interaction', sealed, opened };
    return this.interactions.isRestartable(opened)
      ? { kind: 'restart', sealed, opened }
      : { kind: 'back', from: opened, reason: message('signIn.expired') };
  }

  /** The sign-in for an interaction that is open. */
  async of(opened: Interaction): Promise<SignInPurpose> {
    return { kind: 'interaction', sealed: await this.interactions.seal(opened), opened };
  }

  /** The same purpose, for somebody who signs in anew, whoever is signed in. */
  async withNewSignIn(purpose: SignInPurpose, request: FastifyRequest): Promise<SignInPurpose> {
    if (purpose.kind !== 'interaction') return purpose;
    const earlierSessionHashes = this.sessions.hashes(request);
    return this.of({ ...withoutSession(purpose.opened), earlierSessionHashes });
  }

  /**
   * Leads somebody who has signed in to what they signed in for.
   * @param tokenHash of the session with which they go on, if they have just chosen it or signed in to it
   */
  async goOn(
    purpose: SignInPurpose,
    request: FastifyRequest,
    reply: FastifyReply,
    tokenHash?: string,
  ): Promise<void> {
    if (purpose.kind === 'back') {
      await this.showWayBack(purpose.from, reply);
      return;
    }
    if (purpose.kind === 'account') {
      reply.redirect(accountUrl(purpose), 303);
      return;
    }
    const { kind } = purpose;
    const opened =
      tokenHash === undefined ? purpose.opened : { ...purpose.opened, chosenSessionHash: tokenHash };
    if (opened.kind !== 'authorization')
      reply.redirect(await this.interactions.urlOf(afterSignIn[opened.kind], opened), 303);
    else
      await this.walk.goOn(
        kind === 'restart' ? 'restart' : afterSignIn.authorization,
        opened,
        request,
        reply,
      );
  }

  /** Leads somebody who has just signed in in this browser to what they signed in for. */
  async goOnSignedIn(purpose: SignInPurpose, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.goOn(purpose, request, reply, this.sessions.currentHash(request));
  }

  private async showWayBack(from: CameFrom, reply: FastifyReply): Promise<void> {
    pageHeaders(reply);
    reply.send(
      this.views.render(
        'message',
        {
          title: message('signIn.done'),
          text: message('signIn.goBack', { client: await this.wayBack.nameOf(from) }),
          links: [
            ...(await this.wayBack.linksTo(from.clientId)),
            { href: endpoints.account, label: message('common.seeAccount') },
          ],
        },
        reply,
      ),
    );
  }
}

/** The purpose in the form of one of our pages. */
export function sealedPurposeOf(request: FastifyRequest): SealedPurpose {
  const form = formParameters(request);
  const [interaction, back, to, link] = ['interaction', 'back', 'to', 'link'].map((name) => form.get(name));
  return { interaction, back, to, link };
}

/** What a purpose asks of the sign-in. */
export function wantedFor(purpose: SignInPurpose): WantedSignIn {
  if (purpose.kind === 'account' && purpose.page) return { maxAge: recentProofSeconds, isSensitive: true };
  return (purpose.kind === 'interaction' && purpose.opened.wanted) || {};
}

type AccountPurpose = Extract<SignInPurpose, { kind: 'account' }>;

/** What stands before the token of an invitation. */
const invitationPrefix = 'invitation.';

/** One of the targets that an operator has registered for an upstream, by its place in the list: no URL travels through a form. */
export interface OnwardsTarget {
  readonly alias: string;
  readonly index: number;
}

const onwardsPrefix = 'onwards.';
const onwardsPattern = /^onwards\.([a-z0-9][a-z0-9-]{0,62})\.(\d{1,2})$/;

/** Which page of the account a sign-in leads to, as forms and URLs name it; undefined for the start page. */
export function accountTarget({ page, invitation, onwards }: AccountPurpose): string | undefined {
  if (onwards !== undefined) return `${onwardsPrefix}${onwards.alias}.${onwards.index}`;
  return invitation === undefined ? page : `${invitationPrefix}${invitation}`;
}

/** How a sign-in is named that leads to a registered target of an upstream. */
export const onwardsTo = (target: OnwardsTarget): string =>
  accountTarget({ kind: 'account', onwards: target }) ?? '';

function accountPurpose(target: string): AccountPurpose {
  if (target.startsWith(invitationPrefix))
    return { kind: 'account', invitation: target.slice(invitationPrefix.length) };
  const [, alias, index] = onwardsPattern.exec(target) ?? [];
  if (alias !== undefined) return { kind: 'account', onwards: { alias, index: Number(index) } };
  return isAccountPage(target) ? { kind: 'account', page: target } : { kind: 'account' };
}

function accountUrl({ page, invitation, onwards }: AccountPurpose): string {
  if (onwards !== undefined) return `${endpoints.upstream}/${onwards.alias}/onwards/${onwards.index}`;
  if (invitation !== undefined) return `${endpoints.invitation}?token=${encodeURIComponent(invitation)}`;
  return page ? accountPages[page] : endpoints.account;
}

const isAccountPage = (name: string): name is AccountPageName => Object.hasOwn(accountPages, name);
