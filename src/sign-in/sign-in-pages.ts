import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { Browser } from '../http/browser.js';
import { pageHeaders } from '../http/headers.js';
import type { Interaction } from '../interaction/interaction.js';
import { afterSignIn, stepUrl } from '../interaction/steps.js';
import { Walk } from '../interaction/walk.js';
import { KnownDevices } from '../sessions/known-devices.js';
import { type ProvenUser, Sessions } from '../sessions/sessions.js';
import { Views } from '../views/views.js';
import type { Authentication } from '../protocol/acr.js';
import type { Factor, FactorOutcome } from './factors/factor.js';

/** The interaction of a sign-in, if it has one. */
export interface OpenInteraction {
  readonly sealed: string | undefined;
  readonly interaction: Interaction | undefined;
}

/** Why an attempt failed. */
export interface Failure {
  readonly error?: string;
  readonly retryAfterSeconds?: number;
}

/** What a page shows beside its form. */
interface Shown extends OpenInteraction, Failure {
  readonly username: string | undefined;
}

/** What {@link Failure}s come from. */
export type FailedOutcome = Exclude<FactorOutcome, { kind: 'proven' }>;

export const accountChanged = {
  kind: 'refused',
  message: 'This account has just been changed. Sign in again.',
} as const;

/** The pages of a sign-in, and where it ends. */
@Injectable()
export class SignInPages {
  constructor(
    private readonly sessions: Sessions,
    private readonly devices: KnownDevices,
    private readonly browser: Browser,
    private readonly views: Views,
    private readonly walk: Walk,
  ) {}

  /** Shows the page of a factor. */
  factor(factor: Factor, request: FastifyRequest, reply: FastifyReply, shown: Shown): void {
    const { sealed, interaction, ...rest } = shown;
    const csrfToken = this.form(request, reply, shown);
    reply.send(factor.page({ csrfToken, interaction: sealed, clientName: interaction?.clientName, ...rest }));
  }

  /**
   * Shows the page on which the password is changed.
   * @param proof sealed
   */
  newPassword(
    { proof, username }: { readonly proof: string; readonly username: string },
    request: FastifyRequest,
    reply: FastifyReply,
    { sealed, interaction, ...failure }: OpenInteraction & Failure,
  ): void {
    const csrfToken = this.form(request, reply, { sealed, interaction });
    reply.send(
      this.views.render('new-password', { csrfToken, interaction: sealed, proof, username, ...failure }),
    );
  }

  /**
   * Signs a user in, and sends the browser to what comes next.
   * @returns false if the credentials were changed, or the user disabled, since the proof was checked: nobody is signed in
   */
  async complete(
    user: ProvenUser,
    authentication: Authentication,
    open: OpenInteraction,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<boolean> {
    if (!(await this.sessions.open(user, authentication, request, reply))) return false;
    await this.devices.remember(reply, user.userId);
    await this.goOn(open, request, reply);
    return true;
  }

  /** Sends a browser in which somebody is signed in to what comes next. */
  async goOn(
    { sealed, interaction }: OpenInteraction,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (interaction?.kind === 'authorization')
      await this.walk.goOn(afterSignIn.authorization, interaction, request, reply);
    else reply.redirect(sealed ? stepUrl(afterSignIn.device, sealed) : endpoints.account, 303);
  }

  /** @returns the CSRF token of the form */
  private form(request: FastifyRequest, reply: FastifyReply, { interaction }: OpenInteraction): string {
    const csrfToken = this.browser.csrfToken(request, reply);
    pageHeaders(reply, {
      formAction: interaction?.kind === 'authorization' ? interaction.redirectOrigin : undefined,
    });
    return csrfToken;
  }
}

/** Sets the status of a failed attempt, and says on the page why it failed. */
export function failureOf(outcome: FailedOutcome, reply: FastifyReply): Failure {
  if (outcome.kind === 'refused') {
    reply.status(401);
    return { error: outcome.message };
  }
  const { kind, retryAfterSeconds } = outcome;
  reply.status(kind === 'busy' ? 503 : 429).header('retry-after', String(retryAfterSeconds));
  const error =
    kind === 'busy' ? 'Too many people are signing in at this moment.' : 'There were too many attempts.';
  return { error, retryAfterSeconds };
}
