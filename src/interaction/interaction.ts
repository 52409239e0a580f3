import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { Secrets } from '../crypto/secrets.js';
import { Browser } from '../http/browser.js';
import { PageError } from '../http/page-error.js';

/** An authorization request under way. It travels sealed through the pages and is stored nowhere. */
export interface Interaction {
  /** The request's parameters, checked again at every stop. */
  readonly parameters: [name: string, value: string][];
  /** Whether they come from a request object that was verified. */
  readonly signed?: boolean;
  /** The browser that began it. */
  readonly browser: string;
  readonly startedAt: number;
  readonly clientName: string;
  /** The origin of the proven redirection URI, to which our forms may lead; absent where no redirect follows. */
  readonly redirectOrigin?: string;
  /** The page that goes on after a sign-in, when it is not the authorization endpoint. */
  readonly resumeAt?: typeof endpoints.deviceConfirm;
  readonly loginHint?: string;
  /** The token hash of the session that does not do ('' for none): a fresh sign-in is asked for. */
  readonly outdatedSession?: string;
  /** The token hash of the session whose account was chosen. */
  readonly selectedSession?: string;
  /** The token hash of the session that was shown the page with the question. */
  readonly askedSession?: string;
}

/** Seconds that a person may take. */
export const interactionLifetime = 3_600;

/** Seals interactions and opens them again, only for the browser that began them. */
@Injectable()
export class Interactions {
  constructor(
    private readonly secrets: Secrets,
    private readonly browser: Browser,
    private readonly clock: Clock,
  ) {}

  async seal(interaction: Interaction): Promise<string> {
    return this.secrets.seal('interaction', interaction);
  }

  /**
   * @throws PageError 403 when it is forged, or belongs to another browser; 400 when it has expired
   */
  async open(sealed: string, request: FastifyRequest): Promise<Interaction> {
    const interaction = (await this.secrets.unseal('interaction', sealed)) as Interaction | undefined;
    if (!interaction || !this.browser.isBoundTo(request, interaction.browser)) {
      throw new PageError(
        403,
        'forbidden',
        'This request belongs to another browser',
        'Go back to the application that sent you here and start again, in one browser.',
      );
    }
    if (interaction.startedAt + interactionLifetime <= this.clock.now()) {
      throw new PageError(
        400,
        'expired',
        'This request has expired',
        'Go back to the application that sent you here and start again.',
      );
    }
    return interaction;
  }
}

/** The URL of a page that goes on with a sealed interaction. */
export function interactionPath(
  path: (typeof endpoints)['signIn' | 'consent' | 'selectAccount' | 'resume' | 'deviceConfirm'],
  sealed: string,
): string {
  return `${path}?interaction=${sealed}`;
}
