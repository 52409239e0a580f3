import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../../config/endpoints.js';
import { ConsentPages, requiredScope } from '../../consent/consent-page.js';
import { Browser } from '../../http/browser.js';
import type { DeviceAnswer } from '../../interaction/interaction-answers.js';
import { InteractionFormGuard } from '../../interaction/interaction-form.guard.js';
import { pageHeaders } from '../../http/headers.js';
import { readableUserCode } from '../../protocol/user-code.js';
import { type DeviceInteraction, Interactions, withoutSession } from '../../interaction/interaction.js';
import { Sessions } from '../../sessions/sessions.js';
import { Views } from '../../views/views.js';
import { type ConsentForm, readConsentForm } from '../consent-form.js';
import { DeviceDecision } from './device-decision.js';
import { type DeviceQuestion, DeviceQuestions, tooLate } from './device-questions.js';
import { message } from '../../locales/message.js';

/**
 * Asks whether to connect the device. It always asks, since the code may have come from an attacker (RFC 8628 §5.4). Only for a
 * signed-in person, in the browser where the code was entered.
 */
@ApiExcludeController()
@Controller(endpoints.deviceConfirm)
export class DeviceConfirmController {
  constructor(
    private readonly questions: DeviceQuestions,
    private readonly decision: DeviceDecision,
    private readonly consentPages: ConsentPages,
    private readonly interactions: Interactions,
    private readonly sessions: Sessions,
    private readonly browser: Browser,
    private readonly views: Views,
  ) {}

  @Get()
  async ask(
    @Query('interaction') sealed: string,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const question = await this.questions.find(sealed, http, reply);
    if (!question) return;
    const { interaction, device, client, session, scopes, organization } = question;
    const allowed = await this.questions.allowedBefore(question);
    const rememberedDetails = await this.questions.rememberedDetails(question);
    const description = this.consentPages.describe(client);
    const html = this.views.render(
      'device-confirm',
      {
        csrfToken: this.browser.csrfToken(http, reply),
        // Only an answer from this session counts.
        interaction: await this.interactions.seal({ ...interaction, shownToSessionHash: session.tokenHash }),
        userCode: readableUserCode(interaction.userCode),
        ...description,
        userName: session.name ?? session.username,
        username: session.username,
        scopes: await this.consentPages.scopes(scopes, organization, allowed),
        details: await this.consentPages.details(device.authorizationDetails ?? [], rememberedDetails),
      },
      reply,
    );
    pageHeaders(reply, { images: this.consentPages.imagesOf(client, reply) });
    reply.send(html);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async decide(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = readConsentForm(http);
    if (await this.repeat(form, http, reply)) return;
    const question = await this.questions.find(form.interaction, http, reply);
    if (!question) return;
    const { interaction, session } = question;
    if (form.decision === 'switch') {
      const hasOthers = (await this.sessions.held(http)).length > 1;
      const earlierSessionHashes = this.sessions.hashes(http);
      const next = { ...withoutSession(interaction), earlierSessionHashes };
      reply.redirect(await this.interactions.urlOf(hasOthers ? 'select-account' : 'sign-in', next), 303);
    } else if (interaction.shownToSessionHash !== session.tokenHash) {
      reply.redirect(await this.interactions.urlOf('confirm-device', interaction), 303);
    } else {
      await this.answer(question, form, reply);
    }
  }

  private async answer(
    { interaction, session, scopes, organization, ...asking }: DeviceQuestion,
    form: ConsentForm,
    reply: FastifyReply,
  ): Promise<void> {
    const allowed = scopes.filter((scope) => scope === requiredScope || form.scopes.has(scope));
    const details = asking.device.authorizationDetails ?? [];
    const isAllowed = form.decision === 'allow' && (allowed.length > 0 || details.length > 0);
    const written = isAllowed
      ? await this.decision.allow(
          asking,
          session,
          {
            scopes: allowed,
            organizationId: organization?.id ?? null,
            shown: await this.consentPages.wordsOf({ scopes: allowed, details, organization }, reply.request),
          },
          interaction,
        )
      : await this.decision.deny(asking.device, session, interaction);
    if (written) await this.showDecision(isAllowed ? 'allowed' : 'denied', interaction, reply);
    // The same form was sent twice at once.
    else if (!(await this.repeat(form, reply.request, reply))) throw tooLate();
  }

  /** Shows the decision again if the same one was made a moment ago, as by a double click. */
  private async repeat(form: ConsentForm, http: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const interaction = await this.interactions.open(form.interaction, http);
    const made = interaction.kind === 'device' ? await this.decision.madeJustNow(interaction) : undefined;
    if (interaction.kind !== 'device' || !made || made.device !== decisions[form.decision]) return false;
    await this.showDecision(made.device, interaction, reply);
    return true;
  }

  private async showDecision(
    decision: DeviceAnswer['device'],
    interaction: DeviceInteraction,
    reply: FastifyReply,
  ): Promise<void> {
    const isAllowed = decision === 'allowed';
    const client = await this.interactions.clientNameOf(interaction);
    pageHeaders(reply);
    reply.send(
      this.views.render(
        'message',
        {
          title: message(isAllowed ? 'device.connected' : 'device.notConnected'),
          text: message(isAllowed ? 'device.goesOn' : 'device.noAccess', { client }),
          links: [{ href: endpoints.account, label: message('device.seeGrants') }],
        },
        reply,
      ),
    );
  }
}

const decisions = { allow: 'allowed', deny: 'denied', switch: undefined } as const;
