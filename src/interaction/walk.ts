import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { noStore } from '../http/headers.js';
import { type AuthorizationInteraction, Interactions } from './interaction.js';
import { type Step, stepUrl } from './steps.js';
import { Languages } from '../http/languages.js';

/**
 * Longer URLs go into no header of ours: proxies have buffers of 4 kB for all headers of a response (nginx by default), and answer 502
 * if these do not suffice.
 */
export const maxUrlCharacters = 1_500;

/** Answers a request with a step of the walk. */
export type ShowStep = (
  interaction: AuthorizationInteraction,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<void>;

/** Leads browsers from one step of an authorization request to the next. */
@Injectable()
export class Walk {
  private readonly shows = new Map<Step, ShowStep>();

  constructor(
    private readonly interactions: Interactions,
    private readonly languages: Languages,
  ) {}

  /** Registers who answers with a step. */
  register(step: Step, show: ShowStep): void {
    this.shows.set(step, show);
  }

  /** Redirects to the step or, if the request is so long that its URL would be, answers with the step itself. */
  async goOn(
    step: Step,
    interaction: AuthorizationInteraction,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const url = stepUrl(step, await this.interactions.seal(interaction));
    const show = this.shows.get(step);
    if (show && url.length > maxUrlCharacters) {
      this.languages.ask(request, interaction.language);
      await show(interaction, request, reply);
      return;
    }
    noStore(reply);
    reply.redirect(url, 303);
  }
}
