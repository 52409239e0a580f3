import { Injectable } from '@nestjs/common';
import { ClientDirectory } from '../clients/client-directory.js';
import { PageError } from '../http/page-error.js';
import { JwtVerifier } from '../keys/jwt-verifier.js';
import { supportedAcrs } from '../protocol/acr.js';
import { scopesOfClaims } from '../protocol/claims.js';
import { type ClaimsRequest, parseClaimsRequest, satisfies } from '../protocol/claims-request.js';
import { invalidRequest, invalidScope, OAuthError } from '../protocol/errors.js';
import type { Parameters } from '../protocol/parameters.js';
import { codeChallenge } from '../protocol/pkce.js';
import { parseMaxAge, parsePrompt } from '../protocol/prompt.js';
import { type ResponseMode, responseMode } from '../protocol/response-mode.js';
import { openidScopes, parseScope } from '../protocol/scope.js';
import { ResourceCatalogue } from '../resource/resource-catalogue.js';
import type { AuthorizationRequest, ProvenRequest } from './authorization-request.js';

/** The parameters that this endpoint knows; a repeated one is refused, any other is ignored. */
const known = [
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
    private readonly jwtVerifier: JwtVerifier,
  ) {}

  /**
   * First: who asks, and where the answer goes. "If the request fails due to a missing, invalid, or mismatching redirection
   * URI, or if the client identifier is missing or invalid, the authorization server SHOULD inform the resource owner of the
   * error and MUST NOT automatically redirect the user agent" (RFC 6749 §4.1.2.1).
   * @throws PageError
   */
  async prove(parameters: Parameters): Promise<ProvenRequest> {
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
      parameters,
      client,
      redirectUri,
      redirectUriSent: sent !== undefined,
      state: parameters.repeated.has('state') ? undefined : parameters.get('state'),
      responseMode: modeOfErrors(parameters),
    };
  }

  /**
   * Then: what is asked for. Every refusal is told to the client.
   * @throws OAuthError
   */
  async check(proven: ProvenRequest): Promise<AuthorizationRequest> {
    const { parameters, client } = proven;

    parameters.refuseRepeated(known);
    refuseUnsupported(parameters);
    checkResponseType(proven);
    responseMode(parameters.get('response_mode'));
    const claims = parseClaimsRequest(parameters.get('claims'));
    const scopes = await this.checkScope(proven, claims);
    const challenge = codeChallenge(
      parameters.get('code_challenge'),
      parameters.get('code_challenge_method'),
      client.requiresPkce,
    );
    const prompts = parsePrompt(parameters.get('prompt'));
    const maxAge = parseMaxAge(parameters.get('max_age')) ?? client.metadata.defaultMaxAge ?? undefined;
    checkAcr(claims);
    const hintedSubject = await this.hintedSubject(parameters.get('id_token_hint'));

    return {
      ...proven,
      scopes,
      codeChallenge: challenge,
      nonce: parameters.get('nonce'),
      prompts,
      maxAge,
      claims,
      hintedSubject,
    };
  }

  /** Scopes that nobody knows are ignored (OIDC Core §3.1.2.1); those of others than this client are refused. */
  private async checkScope({ parameters, client }: ProvenRequest, claims: ClaimsRequest): Promise<string[]> {
    const resources = await this.catalogue.all();
    const exists = (scope: string): boolean =>
      resources.some((resource) => Object.hasOwn(resource.scopes, scope));
    const asked = parseScope(parameters.get('scope'));
    const scopes = asked.filter((scope) => client.scopes.has(scope) || exists(scope));
    const foreign = scopes.find((scope) => !client.scopes.has(scope));
    if (foreign !== undefined)
      throw invalidScope('this client is not registered for all of these scopes', `scope ${foreign}`);

    // RFC 6749 §3.3: without the parameter "process the request using a pre-defined default value".
    const granted =
      asked.length > 0 ? scopes : [...client.scopes].filter((scope) => !Object.hasOwn(openidScopes, scope));
    // OIDC Core §11: offline_access is ignored where no refresh token could come of it.
    const possible = granted.filter(
      (scope) => scope !== 'offline_access' || client.allowsGrantType('refresh_token'),
    );
    if (possible.length === 0) throw invalidScope('no scope that exists was asked for');
    if (!possible.includes('openid')) return possible;
    // A claim asked for by name is asked of the resource owner too: as the scope that covers it, where the client may have that.
    const named = scopesOfClaims([...claims.userinfo.keys(), ...claims.idToken.keys()]);
    return [...new Set([...possible, ...named.filter((scope) => client.scopes.has(scope))])];
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
function modeOfErrors(parameters: Parameters): ResponseMode {
  try {
    return responseMode(
      parameters.repeated.has('response_mode') ? undefined : parameters.get('response_mode'),
    );
  } catch {
    return 'query';
  }
}

/** OIDC Core §6 and §7.2.1: parameters that are not supported have errors of their own; nothing is fetched. */
function refuseUnsupported(parameters: Parameters): void {
  if (parameters.get('request') !== undefined)
    throw new OAuthError('request_not_supported', 'request is not supported');
  if (parameters.get('request_uri') !== undefined)
    throw new OAuthError('request_uri_not_supported', 'request_uri is not supported');
  if (parameters.get('registration') !== undefined) {
    throw new OAuthError('registration_not_supported', 'registration is not supported');
  }
}

function checkResponseType({ parameters, client }: ProvenRequest): void {
  const responseType = parameters.require('response_type');
  if (responseType !== 'code')
    throw new OAuthError('unsupported_response_type', 'response_type must be code', {
      detail: `response_type: expected code, received ${responseType.slice(0, 255)}`,
    });
  if (!client.allowsResponseType(responseType) || !client.allowsGrantType('authorization_code')) {
    throw new OAuthError('unauthorized_client', 'this client is not registered for response_type=code');
  }
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
