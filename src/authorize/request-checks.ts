import { Inject, Injectable } from '@nestjs/common';
import { ClientDirectory } from '../clients/client-directory.js';
import type { RegisteredClient } from '../clients/registered-client.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { PageError } from '../http/page-error.js';
import { JwtVerifier } from '../keys/jwt-verifier.js';
import { supportedAcrs } from '../protocol/acr.js';
import { scopesOfClaims } from '../protocol/claims.js';
import { type ClaimsRequest, parseClaimsRequest, satisfies } from '../protocol/claims-request.js';
import { isThumbprint } from '../protocol/dpop.js';
import { invalidRequest, invalidScope, OAuthError } from '../protocol/errors.js';
import type { Parameters } from '../protocol/parameters.js';
import { codeChallenge } from '../protocol/pkce.js';
import { parseMaxAge, parsePrompt } from '../protocol/prompt.js';
import { defaultMode, type ResponseMode, responseMode } from '../protocol/response-mode.js';
import { canonicalResponseType, issues, issuesTokens, type ResponseType } from '../protocol/response-type.js';
import { parseResources } from '../protocol/resource-indicator.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';
import type { AuthorizationRequest, ProvenRequest, RequestSource } from './authorization-request.js';
import { RequestedScopes } from './requested-scopes.js';

/** The parameters that this endpoint knows; a repeated one is refused, any other is ignored. */
export const requestParameters = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'response_mode',
  'nonce',
  'display',
  'prompt',
  'max_age',
  'ui_locales',
  'claims_locales',
  'id_token_hint',
  'login_hint',
  'acr_values',
  'claims',
  'code_challenge',
  'code_challenge_method',
  'dpop_jkt',
  'request',
  'request_uri',
  'registration',
];

/** The checks of an authorization request, in their order. */
@Injectable()
export class RequestChecks {
  constructor(
    private readonly clients: ClientDirectory,
    private readonly catalogue: ResourceCatalogue,
    private readonly requestedScopes: RequestedScopes,
    private readonly jwtVerifier: JwtVerifier,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * First: who asks, and where the answer goes. "If the request fails due to a missing, invalid, or mismatching redirection
   * URI, or if the client identifier is missing or invalid, the authorization server SHOULD inform the resource owner of the
   * error and MUST NOT automatically redirect the user agent" (RFC 6749 §4.1.2.1).
   * @throws PageError
   */
  async prove(source: RequestSource): Promise<ProvenRequest> {
    const { parameters } = source;
    const clientId = single(parameters, 'client_id');
    if (clientId === undefined)
      throw refusal('The application did not say who it is (client_id is missing).');
    const client = await this.clients.find(clientId);
    if (!client)
      throw refusal('The application is not known here (client_id).', `client_id ${clientId.slice(0, 255)}`);

    const sent = single(parameters, 'redirect_uri');
    const { redirectUris } = client.metadata;
    const redirectUri = sent ?? (redirectUris.length === 1 ? redirectUris[0] : undefined);
    if (redirectUri === undefined)
      throw refusal('The application did not say where to return to (redirect_uri is missing).');
    if (!client.allowsRedirectUri(redirectUri)) {
      throw refusal(
        'The application wants to return to an address that is not registered for it (redirect_uri).',
        `redirect_uri ${redirectUri.slice(0, 1_000)}, registered: ${redirectUris.join(' ')}`,
      );
    }
    return {
      ...source,
      client,
      redirectUri,
      redirectUriSent: sent !== undefined,
      state: parameters.repeated.has('state') ? undefined : parameters.get('state'),
      responseMode: modeOfErrors(parameters, this.settings.responseTypes),
    };
  }

  /**
   * Whether the request came by a way that its client may use.
   * @throws OAuthError invalid_request when it had to be pushed (RFC 9126 §5 and §6) or signed, and what is wrong with its request object
   */
  checkWay(proven: ProvenRequest): void {
    const { client, pushed, problem } = proven;
    if (problem) throw problem;
    if (this.mustPush(client) && pushed === undefined)
      throw invalidRequest('authorization requests of this client must be pushed');
    this.checkSigned(proven);
  }

  /** Whether requests of the client count only when they are pushed (RFC 9126 §5 and §6). */
  mustPush({ metadata }: RegisteredClient): boolean {
    return this.settings.requirePushedRequests || metadata.requirePushedAuthorizationRequests;
  }

  /** @throws OAuthError invalid_request when the client's requests must be signed (RFC 9101 §10.5), and this one was not */
  checkSigned({ client, signed }: ProvenRequest): void {
    if (client.metadata.requireSignedRequestObject && !signed)
      throw invalidRequest('authorization requests of this client must be signed request objects');
  }

  /**
   * Then: what is asked for. Every refusal is told to the client.
   * @throws OAuthError
   */
  async check(proven: ProvenRequest): Promise<AuthorizationRequest> {
    const { parameters, client } = proven;

    parameters.refuseRepeated(requestParameters);
    refuseUnsupported(parameters);
    const responseType = this.checkResponseType(proven);
    responseMode(parameters.get('response_mode'), issuesTokens(responseType));
    const claims = parseClaimsRequest(parameters.get('claims'));
    const { scopes, resources } = await this.checkTarget(
      proven,
      await this.checkScope(proven, responseType, claims),
    );
    const challenge = codeChallenge(
      parameters.get('code_challenge'),
      parameters.get('code_challenge_method'),
      client.requiresPkce && issues(responseType, 'code'),
    );
    const nonce = parameters.get('nonce');
    checkIdToken(responseType, scopes, nonce);
    const prompts = parsePrompt(parameters.get('prompt'));
    const maxAge = parseMaxAge(parameters.get('max_age')) ?? client.metadata.defaultMaxAge ?? undefined;
    checkAcr(claims);
    const hintedSubject = await this.hintedSubject(parameters.get('id_token_hint'));

    return {
      ...proven,
      responseType,
      scopes,
      resources,
      codeChallenge: challenge,
      dpopJkt: dpopKey(parameters),
      nonce,
      prompts,
      maxAge,
      claims,
      hintedSubject,
    };
  }

  /** What is to be issued: a type that exists and is turned on, and that the client is registered for. */
  private checkResponseType({ parameters, client }: ProvenRequest): ResponseType {
    const asked = parameters.require('response_type');
    const type = canonicalResponseType(asked);
    if (type === undefined || !this.settings.responseTypes.includes(type))
      throw new OAuthError('unsupported_response_type', 'response_type is not one of those that exist here', {
        detail: `response_type: expected ${this.settings.responseTypes.join(' or ')}, received ${asked.slice(0, 255)}`,
      });
    const grantType = issues(type, 'code') ? 'authorization_code' : 'implicit';
    if (!client.allowsResponseType(type) || !client.allowsGrantType(grantType)) {
      throw new OAuthError('unauthorized_client', `this client is not registered for response_type=${type}`);
    }
    return type;
  }

  /** The scopes of the request, and those of claims that are asked for by name. */
  private async checkScope(
    { parameters, client }: ProvenRequest,
    responseType: ResponseType,
    claims: ClaimsRequest,
  ): Promise<string[]> {
    const asked = await this.requestedScopes.of(client, parameters.get('scope'));
    // OIDC Core §11: offline_access is ignored "unless […] an Authorization Code being returned".
    const possible = asked.filter((scope) => scope !== 'offline_access' || issues(responseType, 'code'));
    if (possible.length === 0) throw invalidScope('no scope that counts here was asked for');
    if (!possible.includes('openid')) return possible;
    // A claim asked for by name is asked of the resource owner too: as the scope that covers it, where the client may have that.
    const named = scopesOfClaims([...claims.userinfo.keys(), ...claims.idToken.keys()]);
    return [...new Set([...possible, ...named.filter((scope) => client.scopes.has(scope))])];
  }

  /**
   * The resources that are named, and of the scopes those that count there (RFC 8707 §2.1). Whoever asks for openid means
   * Eyrie's own userinfo too; offline_access belongs to the grant, not to a resource.
   */
  private async checkTarget(
    { parameters }: ProvenRequest,
    scopes: readonly string[],
  ): Promise<Pick<AuthorizationRequest, 'scopes' | 'resources'>> {
    const named = parseResources(parameters.all('resource'));
    if (named.length === 0) return { scopes, resources: null };
    const resources = [...new Set(scopes.includes('openid') ? [...named, this.settings.issuer] : named)];
    const usable = new Set(await this.catalogue.scopesAt(scopes, resources));
    return {
      scopes: scopes.filter((scope) => usable.has(scope) || scope === 'offline_access'),
      resources,
    };
  }

  /** The subject of an id_token_hint: ours and unforged; it may be old (OIDC Core §3.1.2.1). */
  private async hintedSubject(hint: string | undefined): Promise<string | undefined> {
    if (hint === undefined) return undefined;
    const claims = await this.jwtVerifier.verifyHint(hint);
    if (claims?.sub === undefined) throw invalidRequest('id_token_hint is not an ID token of this issuer');
    return claims.sub;
  }
}

function single(parameters: Parameters, name: string): string | undefined {
  if (parameters.repeated.has(name)) throw refusal(`The application sent ${name} more than once.`);
  return parameters.get(name);
}

/** Errors come by the response mode that was asked for; by the default one when that does not exist (or was asked for twice). */
function modeOfErrors(parameters: Parameters, turnedOn: readonly string[]): ResponseMode {
  const type = canonicalResponseType(parameters.get('response_type') ?? '') ?? 'code';
  const tokens = turnedOn.includes(type) && issuesTokens(type);
  try {
    return responseMode(
      parameters.repeated.has('response_mode') ? undefined : parameters.get('response_mode'),
      tokens,
    );
  } catch {
    return defaultMode(tokens);
  }
}

/** OIDC Core §6 and §7.2.1: parameters that are not supported have errors of their own; nothing is fetched. */
function refuseUnsupported(parameters: Parameters): void {
  if (parameters.get('request_uri') !== undefined)
    throw new OAuthError('request_uri_not_supported', 'request_uri is not supported');
  if (parameters.get('registration') !== undefined) {
    throw new OAuthError('registration_not_supported', 'registration is not supported');
  }
}

/** The thumbprint of the key to bind the code to (RFC 9449 §10). */
function dpopKey(parameters: Parameters): string | undefined {
  const thumbprint = parameters.get('dpop_jkt');
  if (thumbprint !== undefined && !isThumbprint(thumbprint))
    throw invalidRequest('dpop_jkt is not a SHA-256 JWK thumbprint');
  return thumbprint;
}

/** OIDC Core §3.2.2.1 and §3.3.2.11: an ID token from here answers a request of OpenID Connect, and holds its nonce. */
function checkIdToken(type: ResponseType, scopes: readonly string[], nonce: string | undefined): void {
  if (!issues(type, 'id_token')) return;
  if (!scopes.includes('openid')) throw invalidRequest('this response_type needs the scope openid');
  if (nonce === undefined) throw invalidRequest('nonce is missing: this response_type needs one');
}

/** "If this is an Essential Claim and the requirement cannot be met, then the Authorization Server MUST treat that outcome as a failed authentication attempt" (OIDC Core §5.5.1.1). */
function checkAcr({ idToken }: ClaimsRequest): void {
  const acr = idToken.get('acr');
  if (acr?.essential && !supportedAcrs.some((supported) => satisfies(acr, supported))) {
    throw new OAuthError('unmet_authentication_requirements', 'the essential acr cannot be reached here');
  }
}

const refusal = (message: string, detail?: string): PageError =>
  new PageError(400, 'invalid_request', 'This request cannot be answered', message, { detail });
