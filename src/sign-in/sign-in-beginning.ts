import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Walk } from '../interaction/walk.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { Sessions } from '../sessions/sessions.js';
import { SignInDecisions } from './sign-in-decisions.js';
import { SignInPages } from './sign-in-pages.js';
import { type SignInPurpose, SignInPurposes } from './sign-in-purposes.js';
import { SignInSteps } from './sign-in-steps.js';
import { BeginningAtUpstream } from './upstream/beginning-at-upstream.js';
import { HomeRealms, hintsOf } from './upstream/home-realms.js';

/** Begins sign-ins: with what is missing beside a session, at an upstream, or on the page of the first factor. */
@Injectable()
export class SignInBeginning {
  constructor(
    purposes: SignInPurposes,
    private readonly decisions: SignInDecisions,
    private readonly steps: SignInSteps,
    private readonly sessions: Sessions,
    private readonly pages: SignInPages,
    private readonly homeRealms: HomeRealms,
    private readonly upstream: BeginningAtUpstream,
    walk: Walk,
  ) {
    walk.register('sign-in', async (opened, request, reply) => {
      await this.begin(await purposes.of(opened), request, reply);
    });
  }

  /** @param isChosen whether the person asks for the page itself */
  async begin(
    purpose: SignInPurpose,
    request: FastifyRequest,
    reply: FastifyReply,
    isChosen = false,
  ): Promise<void> {
    const session = await this.basisOf(purpose, request);
    const progress = session && (await this.decisions.buildOn(session));
    if (progress) {
      await this.steps.goOn(progress, purpose, request, reply);
      return;
    }
    const upstream = isChosen ? undefined : await this.homeRealms.find(purpose);
    const { loginHint } = hintsOf(purpose);
    if (!upstream) {
      await this.pages.showFirst({ purpose, username: loginHint }, request, reply);
      return;
    }
    const { link: _link, ...fields } = await this.pages.fieldsOf(purpose);
    await this.upstream.begin({ upstream, purpose, fields, loginHint }, request, reply);
  }

  /** The session in which only what is missing is asked for. */
  async basisOf(purpose: SignInPurpose, request: FastifyRequest): Promise<ActiveSession | undefined> {
    if (purpose.kind === 'account') return this.sessions.current(request);
    const tokenHash = purpose.kind === 'interaction' ? purpose.opened.buildsOn : undefined;
    return tokenHash === undefined ? undefined : this.sessions.find(request, tokenHash);
  }
}
