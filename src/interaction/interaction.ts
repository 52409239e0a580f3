import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { Secrets } from '../crypto/secrets.js';
import { Browser } from '../http/browser.js';
import { PageError } from '../http/page-error.js';
import { afterSignIn, type Step, stepUrl } from './steps.js';

/** What every interaction holds. */
interface Begun {
  /** The binding of the browser that began it. */
  readonly browser: string;
  /** Seconds since the epoch. */
  readonly startedAt: number;
  readonly clientName: string;
  /** The token hash of the session that the current page was shown to. Only its answer counts. */
  readonly shownToSessionHash?: string;
}

/** An authorization request on its way through our pages. */
export interface AuthorizationInteraction extends Begun {
  readonly kind: 'authorization';
  /** It can be answered once. */
  readonly id: string;
  /** The parameters of the request. They are checked again at every step. */
  readonly parameters: [name: string, value: string][];
  /** Whether the parameters come from a verified request object. */
  readonly signed: boolean;
  /** The origin of the proven redirection URI, to which our forms may lead. */
  readonly redirectOrigin: string;
  readonly loginHint?: string;
  /** The token hash of a session that is not good enough ('' if there was none): a new sign-in is needed. */
  readonly insufficientSessionHash?: string;
  /** The token hash of the session whose account was chosen. */
  readonly chosenSessionHash?: string;
}

/** A device whose code somebody has entered. */
export interface DeviceInteraction extends Begun {
  readonly kind: 'device';
  readonly userCode: string;
}

/** A walk through our pages. It travels sealed in forms and URLs and is stored nowhere. */
export type Interaction = AuthorizationInteraction | DeviceInteraction;

/** A person may take an hour. */
export const interactionLifetimeSeconds = 3_600;

/** Seals interactions, and opens them for the browser that began them. */
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

  /** The URL of a step with this interaction. */
  async urlOf(step: Step, interaction: Interaction): Promise<string> {
    return stepUrl(step, await this.seal(interaction));
  }

  /** @throws PageError 403 if it is forged or belongs to another browser; 400 if it has expired */
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
    // What an earlier release sealed in another form counts as expired.
    const isKnown =
      Object.hasOwn(afterSignIn, interaction.kind) &&
      (interaction.kind !== 'authorization' || interaction.id !== undefined);
    if (!isKnown || interaction.startedAt + interactionLifetimeSeconds <= this.clock.now()) {
      throw new PageError(
        400,
        'expired',
        'This request has expired',
        'Go back to the application that sent you here and start again.',
      );
    }
    return interaction;
  }

  /** @throws PageError as {@link open}; 400 if it is no authorization request */
  async openAuthorization(sealed: string, request: FastifyRequest): Promise<AuthorizationInteraction> {
    const interaction = await this.open(sealed, request);
    if (interaction.kind === 'authorization') return interaction;
    throw new PageError(
      400,
      'invalid_request',
      'This request cannot be answered',
      'Go back to the application that sent you here and start again.',
      { detail: `interaction: expected an authorization request, received a ${interaction.kind}` },
    );
  }
}
