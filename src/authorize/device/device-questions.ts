import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../config/clock.js';
import { endpoints } from '../../config/endpoints.js';
import type { AllowedBefore } from '../../consent/consent-page.js';
import { ConsentRecords } from '../../consent/consent-records.js';
import { PageError } from '../../http/page-error.js';
import { type DeviceInteraction, Interactions } from '../../interaction/interaction.js';
import { message } from '../../locales/message.js';
import type { ConsentKey } from '../../persistence/stores/consents.store.js';
import type { PendingDevice } from '../../persistence/stores/device-codes.store.js';
import type { NamedOrganization } from '../../persistence/stores/organizations.store.js';
import type { ActiveSession } from '../../persistence/stores/sessions.store.js';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import { askedOrganization, organizationScope } from '../../protocol/organization.js';
import type { Prompt } from '../../protocol/prompt.js';
import { parseScope } from '../../protocol/scope.js';
import { Sessions } from '../../sessions/sessions.js';
import { asksForAdministration, authenticationOf, withinRoles } from '../interaction-policy.js';
import { SignInDemands } from '../sign-in-demands.js';
import { OrganizationChoice, organizationRefusal } from '../organization-choice.js';
import { type AskingDevice, DeviceRequests, wantedForDevice } from './device-requests.js';

/** The device that the page asks about, and the session of the person it asks. */
export interface DeviceQuestion extends AskingDevice {
  readonly interaction: DeviceInteraction;
  readonly session: ActiveSession;
  /** What the device asks for, as far as the person can give it. */
  readonly scopes: readonly string[];
  /** The organization for which it wants to act. */
  readonly organization: NamedOrganization | undefined;
}

/** Finds out what a person is to be asked about a device, or leads them to the page that has to come first. */
@Injectable()
export class DeviceQuestions {
  constructor(
    private readonly requests: DeviceRequests,
    private readonly organizations: OrganizationChoice,
    private readonly consents: ConsentRecords,
    private readonly interactions: Interactions,
    private readonly sessions: Sessions,
    private readonly demands: SignInDemands,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns undefined if the browser was sent to another page first
   * @throws PageError if the code has been used or has expired, or if this user may not decide
   */
  async find(sealed: string, http: FastifyRequest, reply: FastifyReply): Promise<DeviceQuestion | undefined> {
    const interaction = await this.interactions.open(sealed, http);
    if (interaction.kind !== 'device') throw tooLate();
    const asking = await this.requests.find(interaction.userCode);
    if (!asking) throw tooLate();
    const session = await this.signedIn(interaction, asking, http, reply);
    if (!session) return undefined;
    const { device, client } = asking;
    const asked = parseScope(device.scope);
    const { scopes } = withinRoles({ scopes: asked }, session);
    if (asksForAdministration({ scopes: asked }) && !asksForAdministration({ scopes })) {
      throw new PageError(
        403,
        'access_denied',
        message('device.forAdministrators'),
        message('device.forAdministratorsReason'),
        { advice: message('device.forAdministratorsAdvice') },
      );
    }
    const found = await this.organizations.findByScopes(
      organizationScopes(device),
      session.userId,
      interaction.chosenOrganizationId,
    );
    const refusal = organizationRefusal(found);
    if (refusal)
      throw new PageError(
        403,
        refusal.code,
        message('device.forMembers'),
        message('device.forMembersReason'),
        {
          advice: message('device.forMembersAdvice'),
        },
      );
    if (found?.state === 'several') {
      const next = { ...interaction, shownToSessionHash: session.tokenHash };
      reply.redirect(await this.interactions.urlOf('select-organization', next), 303);
      return undefined;
    }
    const organization = found?.state === 'found' ? found.organization : undefined;
    if (organization && !(await this.isGoodEnough(session, asking, organization, interaction))) {
      await this.askToSignIn(interaction, asking, { session, organizationId: organization.id }, http, reply);
      return undefined;
    }
    return { interaction, device, client, session, scopes, organization };
  }

  /** The scopes that the person allowed the client before, or an administrator in place of the members of the organization. */
  async allowedBefore(question: DeviceQuestion): Promise<AllowedBefore> {
    const { organization, client } = question;
    const remembered = await this.consents.remembered(keyOf(question));
    if (!organization) return { remembered };
    return { remembered, consented: (await this.consents.consented(organization.id, client)).scopes };
  }

  /** The authorization details that the person allowed it before, if it asks for any. */
  async rememberedDetails(question: DeviceQuestion): Promise<readonly AuthorizationDetail[]> {
    const { authorizationDetails } = question.device;
    return authorizationDetails?.length ? this.consents.rememberedDetails(keyOf(question)) : [];
  }

  /** The session of the person; undefined if the browser was sent to a page on which they sign in. */
  private async signedIn(
    interaction: DeviceInteraction,
    { device, client }: AskingDevice,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<ActiveSession | undefined> {
    const boundTo = interaction.shownToSessionHash ?? interaction.chosenSessionHash;
    const bound = boundTo === undefined ? undefined : await this.sessions.find(http, boundTo);
    const session = bound ?? (await this.sessions.current(http));
    if (session && !(await this.requests.asksForMore(client, session))) return session;
    const organizationId = askedOrganization(organizationScopes(device))?.id;
    await this.askToSignIn(interaction, { device, client }, { session, organizationId }, http, reply);
    return undefined;
  }

  /** Whether the session does for an organization, which may ask its members for more. */
  private async isGoodEnough(
    session: ActiveSession,
    { client }: AskingDevice,
    { id }: NamedOrganization,
    interaction: DeviceInteraction,
  ): Promise<boolean> {
    const demanded = await this.demands.of({ client, scopes: [], acr: {} }, session, id);
    const situation = {
      request: { prompts: new Set<Prompt>(), maxAge: undefined, acr: {} },
      interaction,
      person: demanded?.person,
      secondFactor: demanded?.secondFactor,
      upstream: demanded?.upstream,
      organizationAge: demanded?.organizationAge,
      now: this.clock.now(),
    };
    return authenticationOf(situation, session) !== undefined;
  }

  /** Sends the browser to where the person signs in, or proves what is missing. */
  private async askToSignIn(
    interaction: DeviceInteraction,
    { device, client }: AskingDevice,
    { session, organizationId }: { session: ActiveSession | undefined; organizationId: string | undefined },
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const maxAge = await this.demands.maxAgeFor(organizationId);
    const isNamed = askedOrganization(organizationScopes(device))?.id === organizationId;
    const organization = organizationId === undefined ? undefined : { id: organizationId, isNamed };
    const wanted = { ...wantedForDevice(client), organization, maxAge };
    const next = {
      ...interaction,
      wanted,
      earlierSessionHashes: this.sessions.hashes(http),
      buildsOn: session?.tokenHash,
      shownToSessionHash: undefined,
    };
    const isAnybodyElse = !session && (await this.sessions.held(http)).length > 0;
    reply.redirect(await this.interactions.urlOf(isAnybodyElse ? 'select-account' : 'sign-in', next), 303);
  }
}

const keyOf = ({ session, client, organization }: DeviceQuestion): ConsentKey => ({
  userId: session.userId,
  clientId: client.clientId,
  organizationId: organization?.id ?? null,
});

/** Those that ask for an organization. The scope value that names it is kept beside what can be granted. */
function organizationScopes({ scope, unknownScope }: PendingDevice): string[] {
  const isAsked = parseScope(scope).includes(organizationScope);
  return isAsked ? [organizationScope, ...parseScope(unknownScope ?? '')] : [];
}

export const tooLate = (): PageError =>
  new PageError(400, 'expired_token', message('device.tooLate'), message('device.tooLateReason'), {
    advice: message('device.tooLateAdvice'),
    links: [{ href: endpoints.device, label: message('device.enterCode') }],
  });
