import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../../config/endpoints.js';
import { ConsentPages, requiredScope } from '../../consent/consent-page.js';
import { type ApprovalInteraction, Interactions } from '../../interaction/interaction.js';
import { InteractionFormGuard } from '../../interaction/interaction-form.guard.js';
import type { ActiveSession } from '../../persistence/stores/sessions.store.js';
import { Sessions } from '../../sessions/sessions.js';
import { type ConsentForm, readConsentForm } from '../consent-form.js';
import { ApprovalDecision } from './approval-decision.js';
import { ApprovalPages, forSomebodyElse, noLongerWaits } from './approval-pages.js';
import { Approvals, type AskedApproval, scopesForApproval, wantedForApproval } from './approvals.js';

/** What the page asks about, and the session of the person it asks. */
interface Question {
  readonly approval: AskedApproval;
  readonly session: ActiveSession;
}

/**
 * Asks the person whom a backchannel authentication request names. It always asks, as they did not begin the request themselves. Nobody
 * else sees what is asked.
 */
@ApiExcludeController()
@Controller(endpoints.approvalConfirm)
export class ApprovalConfirmController {
  constructor(
    private readonly approvals: Approvals,
    private readonly decision: ApprovalDecision,
    private readonly pages: ApprovalPages,
    private readonly consentPages: ConsentPages,
    private readonly interactions: Interactions,
    private readonly sessions: Sessions,
  ) {}

  @Get()
  async ask(
    @Query('interaction') sealed: string,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const interaction = await this.open(sealed, http);
    const question = await this.question(interaction, http, reply);
    if (question) await this.pages.ask(question.approval, question.session, interaction, reply);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async decide(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = readConsentForm(http);
    const interaction = await this.open(form.interaction, http);
    if (await this.repeat(form, interaction, reply)) return;
    const question = await this.question(interaction, http, reply);
    if (!question) return;
    if (interaction.shownToSessionHash === question.session.tokenHash)
      await this.answer(question, form, interaction, reply);
    else reply.redirect(await this.interactions.urlOf('confirm-approval', interaction), 303);
  }

  private async answer(
    { approval, session }: Question,
    form: ConsentForm,
    interaction: ApprovalInteraction,
    reply: FastifyReply,
  ): Promise<void> {
    const scopes = scopesForApproval(approval, session).filter(
      (scope) => scope === requiredScope || form.scopes.has(scope),
    );
    const isAllowed = form.decision === 'allow' && scopes.length > 0;
    const written = isAllowed
      ? await this.decision.allow(approval, session, {
          scopes,
          shown: await this.consentPages.wordsOf(
            { scopes, details: [], organization: undefined },
            reply.request,
          ),
        })
      : await this.decision.deny(approval, session);
    if (written) await this.pages.showDecision(isAllowed ? 'allowed' : 'denied', interaction, reply);
    // The same form was sent twice at once.
    else if (!(await this.repeat(form, interaction, reply))) throw noLongerWaits();
  }

  /** Shows the decision again if the same one was made before, as by a double click. */
  private async repeat(
    form: ConsentForm,
    interaction: ApprovalInteraction,
    reply: FastifyReply,
  ): Promise<boolean> {
    const session = await this.sessionFor(interaction, reply.request);
    const made = session && (await this.approvals.decided(interaction.requestId, session));
    if (made === undefined || made !== decisions[form.decision]) return false;
    await this.pages.showDecision(made, interaction, reply);
    return true;
  }

  /**
   * The question of this page; undefined if the browser was sent to the sign-in page first.
   * @throws PageError if the request was decided or has expired, or if somebody else is asked
   */
  private async question(
    interaction: ApprovalInteraction,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Question | undefined> {
    const approval = await this.approvals.find(interaction.requestId);
    if (!approval) throw noLongerWaits();
    const { userId } = approval.request;
    const signedIn = await this.sessionFor(interaction, http);
    const asked = signedIn?.userId === userId ? signedIn : await this.heldBy(userId, http);
    if (!asked && interaction.chosenSessionHash !== undefined && signedIn) throw forSomebodyElse();
    const session = asked && (await this.approvals.goodEnough(approval, asked, interaction));
    if (session) return { approval, session };
    reply.redirect(
      await this.interactions.urlOf('sign-in', {
        ...interaction,
        wanted: wantedForApproval(approval),
        earlierSessionHashes: this.sessions.hashes(http),
        buildsOn: asked?.tokenHash,
      }),
      303,
    );
    return undefined;
  }

  /** The session of the browser with which the person goes on. */
  private async sessionFor(
    { shownToSessionHash, chosenSessionHash }: ApprovalInteraction,
    http: FastifyRequest,
  ): Promise<ActiveSession | undefined> {
    const boundTo = shownToSessionHash ?? chosenSessionHash;
    const bound = boundTo === undefined ? undefined : await this.sessions.find(http, boundTo);
    return bound ?? this.sessions.current(http);
  }

  /** The session of the person who is asked, if they are signed in in this browser beside somebody else. */
  private async heldBy(userId: string, http: FastifyRequest): Promise<ActiveSession | undefined> {
    if (!this.sessions.mayHoldOthers(http)) return undefined;
    return (await this.sessions.held(http)).find((session) => session.userId === userId);
  }

  /** @throws PageError if it is no interaction of this page */
  private async open(sealed: string, http: FastifyRequest): Promise<ApprovalInteraction> {
    const interaction = await this.interactions.open(sealed, http);
    if (interaction.kind !== 'approval') throw noLongerWaits();
    return interaction;
  }
}

const decisions = { allow: 'allowed', deny: 'denied', switch: undefined } as const;
