import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { Secrets } from '../crypto/secrets.js';
import { Browser } from '../http/browser.js';
import { PageError } from '../http/page-error.js';
import { newId } from '../persistence/id.js';
import type { AskedAcr } from '../protocol/acr.js';
import { interactionRefusal } from './interaction-refusal.js';
import { afterSignIn, type Step, stepUrl } from './steps.js';
import { type CameFrom, WayBack } from './way-back.js';
import { message, type Text } from '../locales/message.js';
import { Languages } from '../http/languages.js';

/** What an application asks of the sign-in. */
export interface WantedSignIn {
  /** Whether earlier proofs do not count (prompt=login). */
  readonly fresh?: boolean;
  /** Seconds. */
  readonly maxAge?: number | undefined;
  readonly acr?: AskedAcr;
  /** Whether rights over this server are asked for. */
  readonly isSensitive?: boolean;
  /** Whether the application requires a second factor of everybody. */
  readonly isSecondFactorRequired?: boolean;
  /** The organization for which the application wants to act, once it is known. */
  readonly organization?: WantedOrganization | undefined;
}

/** An organization for which an application wants to act. */
export interface WantedOrganization {
  readonly id: string;
  /** Whether the request names it. Otherwise it is the one of the person who is asked to sign in. */
  readonly isNamed: boolean;
}

/** What every interaction holds. */
interface Begun extends CameFrom {
  /** It can be answered once. */
  readonly id: string;
  /** The binding of the browser that began it. */
  readonly browser: string;
  /** Seconds since the epoch. */
  readonly startedAt: number;
  /** Whether it was started again, since the person was away for too long. */
  readonly restarted?: boolean;
  /** The tag of the language that the request asks for, unless the person has chosen one. */
  readonly language?: string;
  /** The token hashes of the sessions of the browser when a new sign-in was asked for: none of them is one. */
  readonly earlierSessionHashes?: readonly string[];
  /** The token hash of the session that the current page was shown to. Its answer counts for that session alone. */
  readonly shownToSessionHash?: string;
  /** What the sign-in must reach. */
  readonly wanted?: WantedSignIn;
  /** The token hash of the session on which the sign-in builds: only what is missing is asked for. */
  readonly buildsOn?: string;
  /** The token hash of the session with which the person goes on: they chose it, or signed in to it, for this interaction. */
  readonly chosenSessionHash?: string;
  /** The organization that the person chose to act for. */
  readonly chosenOrganizationId?: string;
}

/** An authorization request on its way through our pages. */
export interface AuthorizationInteraction extends Begun {
  readonly kind: 'authorization';
  /** The parameters of the request. They are checked again at every step. */
  readonly parameters: [name: string, value: string][];
  /** Whether the parameters come from a verified request object. */
  readonly signed: boolean;
  /** The origin of the proven redirection URI, to which our forms may lead. */
  readonly redirectOrigin: string;
  readonly loginHint?: string;
  /** The domain, or the upstream, from which the person comes. */
  readonly domainHint?: string;
}

/** A device whose code somebody has entered. */
export interface DeviceInteraction extends Begun {
  readonly kind: 'device';
  readonly userCode: string;
}

/** A backchannel authentication request that a person looks at. */
export interface ApprovalInteraction extends Begun {
  readonly kind: 'approval';
  readonly requestId: string;
}

/** An interaction whose request is stored, so that it is short. */
export type ShortInteraction = DeviceInteraction | ApprovalInteraction;

/** A walk through our pages. It travels sealed in forms and URLs and is stored nowhere. */
export type Interaction = AuthorizationInteraction | ShortInteraction;

/** What became of a sealed interaction, for the browser that sends it. */
export type FoundInteraction =
  | { readonly state: 'open' | 'expired' | 'elsewhere'; readonly interaction: Interaction }
  /** It is damaged, or not ours. */
  | { readonly state: 'unreadable' };

/** A person may take an hour. */
export const interactionLifetimeSeconds = 3_600;

/** Later, an interaction that has expired is not started again. Until then it is known whether it was answered. */
export const restartableSeconds = 86_400;

/** Seals interactions, and opens them for the browser that began them. */
@Injectable()
export class Interactions {
  constructor(
    private readonly secrets: Secrets,
    private readonly browser: Browser,
    private readonly wayBack: WayBack,
    private readonly languages: Languages,
    private readonly clock: Clock,
  ) {}

  async seal(interaction: Interaction): Promise<string> {
    return this.secrets.seal('interaction', interaction);
  }

  /** The URL of a step with a short interaction. `Walk` leads on with the others, whose request may be long. */
  async urlOf(step: Step, interaction: ShortInteraction): Promise<string> {
    return stepUrl(step, await this.seal(interaction));
  }

  /** The name of its application, as pages show it. */
  async clientNameOf(interaction: Interaction): Promise<Text> {
    return this.wayBack.nameOf(interaction);
  }

  async look(sealed: string, request: FastifyRequest): Promise<FoundInteraction> {
    const interaction = (await this.secrets.unseal('interaction', sealed)) as Interaction | undefined;
    if (!interaction) return { state: 'unreadable' };
    this.languages.ask(request, interaction.language);
    if (!this.browser.isBoundTo(request, interaction.browser)) return { state: 'elsewhere', interaction };
    const isOver = interaction.startedAt + interactionLifetimeSeconds <= this.clock.now();
    return { state: isOver || !isKnown(interaction) ? 'expired' : 'open', interaction };
  }

  /** @throws PageError 403 if it is forged or belongs to another browser; 400 if it has expired */
  async open(sealed: string, request: FastifyRequest): Promise<Interaction> {
    const found = await this.look(sealed, request);
    if (found.state === 'open') return found.interaction;
    throw await this.refusal(found, sealed, request);
  }

  /** @throws PageError as {@link open}; 400 if it is no authorization request */
  async openAuthorization(sealed: string, request: FastifyRequest): Promise<AuthorizationInteraction> {
    return authorizationOf(await this.open(sealed, request));
  }

  /**
   * An interaction whose request is to be started again, since it has expired.
   * @returns undefined if it is open
   * @throws PageError as {@link openAuthorization}
   */
  async openExpired(sealed: string, request: FastifyRequest): Promise<AuthorizationInteraction | undefined> {
    const found = await this.look(sealed, request);
    if (found.state === 'expired' && this.isRestartable(found.interaction)) return found.interaction;
    await this.openAuthorization(sealed, request);
    return undefined;
  }

  /** The same request in an interaction that begins now. */
  startAgain(expired: AuthorizationInteraction): AuthorizationInteraction {
    return { ...withoutSession(expired), id: newId(), startedAt: this.clock.now(), restarted: true };
  }

  /**
   * Whether an interaction that has expired can be started again: what a client signed or pushed has its own time, and what was sealed
   * long ago may have been answered.
   */
  isRestartable(interaction: Interaction): interaction is AuthorizationInteraction {
    return (
      isKnown(interaction) &&
      interaction.kind === 'authorization' &&
      !interaction.signed &&
      interaction.startedAt + restartableSeconds > this.clock.now()
    );
  }

  /** The page of an interaction that is not open. It says what happened, and leads on. */
  async refusal(
    found: Exclude<FoundInteraction, { state: 'open' }>,
    sealed: string,
    request: FastifyRequest,
  ): Promise<PageError> {
    if (found.state === 'unreadable') return interactionRefusal({ state: 'unreadable' });
    const { state, interaction } = found;
    return interactionRefusal({
      state,
      kind: interaction.kind,
      isKnownBrowser: this.browser.isKnown(request),
      restart: this.isRestartable(interaction) ? sealed : undefined,
      back: await this.wayBack.linksTo(interaction.clientId),
      sealedBack: await this.wayBack.seal(interaction),
    });
  }
}

/** The same interaction, for whoever goes on with it. */
export function withoutSession<Kind extends Interaction>(interaction: Kind): Kind {
  const { wanted } = interaction;
  return {
    ...interaction,
    ...(wanted?.organization?.isNamed === false && { wanted: { ...wanted, organization: undefined } }),
    shownToSessionHash: undefined,
    chosenSessionHash: undefined,
    chosenOrganizationId: undefined,
    buildsOn: undefined,
  };
}

/** What an earlier release sealed in another form is not known. */
const isKnown = ({ kind, id, clientId }: Interaction): boolean =>
  Object.hasOwn(afterSignIn, kind) && typeof id === 'string' && typeof clientId === 'string';

function authorizationOf(interaction: Interaction): AuthorizationInteraction {
  if (interaction.kind === 'authorization') return interaction;
  const isDevice = interaction.kind === 'device';
  throw new PageError(
    400,
    'invalid_request',
    message('request.unanswerable'),
    message(isDevice ? 'request.ofDevice' : 'approval.elsewhere'),
    {
      detail: `interaction: expected an authorization request, received: ${interaction.kind}`,
      advice: message(isDevice ? 'request.startOnDevice' : 'approval.openAgain'),
    },
  );
}
