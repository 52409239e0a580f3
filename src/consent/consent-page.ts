import { Inject, Injectable } from '@nestjs/common';
import { shownAddress } from '../clients/client-texts.js';
import type { RegisteredClient } from '../clients/registered-client.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { NamedOrganization } from '../persistence/stores/organizations.store.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { type AuthorizationDetail, isSameDetail } from '../protocol/authorization-details.js';
import { organizationScope } from '../protocol/organization.js';
import { redirectHost } from '../protocol/redirect-uri.js';
import { DetailDescriptions } from '../resource/authorization-details/detail-descriptions.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';
import { ClientBrands } from '../views/client-brands.js';
import type { ClientDescription, RequestedDetail, RequestedScope } from '../views/consent-page-models.js';
import { clientAddress } from '../views/links.js';
import { Views } from '../views/views.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Languages } from '../http/languages.js';
import { translatorOf } from '../locales/translator.js';
import type { ShownWords } from './consent-records.js';
import { message, type Text } from '../locales/message.js';
import { nameOf } from '../resource/resource-translations.js';

/** What a client asks for. */
export interface Asked {
  readonly scopes: readonly string[];
  readonly details: readonly AuthorizationDetail[];
  readonly organization: NamedOrganization | undefined;
}

/** What a client need not be asked about: the page says so. */
export interface AllowedBefore {
  /** The scopes that the resource owner allowed it before. */
  readonly remembered: ReadonlySet<string>;
  /** The scopes that an administrator allows it in place of the members of the organization; absent if there are none. */
  readonly consented?: ReadonlySet<string>;
}

/** What the consent page asks the resource owner. */
export interface Question {
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** The organization for which the client wants to act. */
  readonly organization: NamedOrganization | undefined;
  readonly allowed: AllowedBefore;
  readonly authorizationDetails: readonly AuthorizationDetail[];
  readonly rememberedDetails: readonly AuthorizationDetail[];
  readonly session: ActiveSession;
  readonly interaction: string;
  readonly csrfToken: string;
}

/** The scope that cannot be denied on its own: without it the request would not be an OpenID Connect request. */
export const requiredScope = 'openid';

/** Renders the consent page: the client that asks, the host that gets the response, and a description of each scope. */
@Injectable()
export class ConsentPages {
  constructor(
    private readonly catalogue: ResourceCatalogue,
    private readonly descriptions: DetailDescriptions,
    private readonly views: Views,
    private readonly languages: Languages,
    private readonly brands: ClientBrands,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async render(
    {
      client,
      redirectUri,
      scopes,
      organization,
      allowed,
      session,
      interaction,
      csrfToken,
      ...details
    }: Question,
    reply: FastifyReply,
  ): Promise<string> {
    return this.views.render(
      'consent',
      {
        csrfToken,
        interaction,
        ...this.describe(client),
        redirectHost: redirectHost(redirectUri),
        userName: session.name ?? session.username,
        username: session.username,
        scopes: await this.scopes(scopes, organization, allowed),
        details: await this.details(details.authorizationDetails, details.rememberedDetails),
      },
      reply,
    );
  }

  /**
   * What a client says about itself. The logo of a client that registered itself is left out unless it is on this server: loading it would
   * tell another host who is asked for consent, and it could show anything.
   */
  describe({
    clientId,
    name,
    shownName,
    metadata,
    registeredItself,
    isDescribed,
    isAgent,
  }: RegisteredClient): ClientDescription {
    const isShown = (logo: string): boolean => !registeredItself || isAt(this.settings.issuer, logo);
    return {
      clientName: shownName,
      registeredItself,
      isAgent,
      describedAt: isDescribed ? new URL(clientId).host : undefined,
      clientUri: shownAddress(metadata, 'client_uri'),
      logoUri: shownAddress(metadata, 'logo_uri', isShown),
      policyUri: shownAddress(metadata, 'policy_uri'),
      tosUri: shownAddress(metadata, 'tos_uri'),
      clientBrand: this.brands.brandOf(name, metadata),
    };
  }

  /** The URLs of images on the page that people may see. */
  imagesOf(client: RegisteredClient, reply: FastifyReply): readonly (string | undefined)[] {
    const { logoUri, clientBrand } = this.describe(client);
    return [logoUri && clientAddress(this.views.text(logoUri, reply)), clientBrand?.logoUri];
  }

  /** The scopes of OpenID Connect and of the admin API belong to this service, where the person has their account. */
  private async resourceName(scope: string): Promise<Text> {
    const resource = await this.catalogue.resourceOf(scope);
    return resource && resource.identifier !== this.settings.issuer
      ? nameOf(resource)
      : message('consent.ownResource');
  }

  /** How the page describes what is asked in the language of the request. */
  async wordsOf({ scopes, details, organization }: Asked, request: FastifyRequest): Promise<ShownWords> {
    const language = this.languages.of(request);
    const translator = translatorOf(language);
    const words = await Promise.all(
      scopes.map(async (scope) => [scope, translator.textOf(await this.describeScope(scope, organization))]),
    );
    return {
      language: language.tag,
      words: Object.fromEntries(words) as Record<string, string>,
      ...(details.length > 0 ? { details: await this.descriptions.inWords(details) } : {}),
    };
  }

  /** The authorization details of a request in words. */
  async details(
    details: readonly AuthorizationDetail[],
    remembered: readonly AuthorizationDetail[],
  ): Promise<RequestedDetail[]> {
    const described = await this.descriptions.describe(details);
    return described.map((words, index) => ({
      ...words,
      remembered: remembered.some((one) => details[index] && isSameDetail(one, details[index])),
    }));
  }

  /** The scope `organization` says for which one. */
  private async describeScope(name: string, organization: NamedOrganization | undefined): Promise<Text> {
    return organization && name === organizationScope
      ? message('consent.forOrganization', { organization: organization.displayName })
      : this.catalogue.describe(name);
  }

  /** The scopes of a request with their descriptions. */
  async scopes(
    names: readonly string[],
    organization: NamedOrganization | undefined,
    { remembered, consented }: AllowedBefore,
  ): Promise<RequestedScope[]> {
    return Promise.all(
      names.map(async (name) => ({
        name,
        description: await this.describeScope(name, organization),
        resource: await this.resourceName(name),
        required: name === requiredScope,
        remembered: remembered.has(name),
        allowedByOrganization: consented?.has(name) ?? false,
      })),
    );
  }
}

const isAt = (issuer: string, uri: string): boolean =>
  URL.canParse(uri) && new URL(uri).origin === new URL(issuer).origin;
