import { reachableAcrs } from '../../protocol/acr.js';
import { type ClaimRequest, satisfies } from '../../protocol/claims-request.js';
import { invalidRequest, OAuthError } from '../../protocol/errors.js';
import { parseMaxAge, parsePrompt, supportedPrompts } from '../../protocol/prompt.js';
import { issues } from '../../protocol/response-type.js';
import type { AuthorizationRequest, ClientRequest, ScopedRequest } from '../authorization-request.js';
import type { Knowledge } from './check.js';

/** An ID token from the authorization endpoint needs the scope openid and a nonce (OIDC Core §3.2.2.1 and §3.3.2.11). */
export function nonce({
  parameters,
  responseType,
  scopes,
}: ScopedRequest): Pick<AuthorizationRequest, 'nonce'> {
  const value = parameters.get('nonce');
  if (issues(responseType, 'id_token')) {
    if (!scopes.includes('openid')) throw invalidRequest('this response_type needs the scope openid');
    if (value === undefined) throw invalidRequest('nonce is missing: this response_type needs one');
  }
  return { nonce: value };
}

/** OIDC Core §3.1.2.1 */
export function prompts(
  { parameters }: ScopedRequest,
  { settings }: Knowledge,
): Pick<AuthorizationRequest, 'prompts'> {
  const supported = supportedPrompts(settings.signIn.signUp !== 'off');
  return { prompts: parsePrompt(parameters.get('prompt'), supported) };
}

/** OIDC Core §3.1.2.1, OIDC Registration §2 (`default_max_age`) */
export function maxAge({ parameters, client }: ClientRequest): Pick<AuthorizationRequest, 'maxAge'> {
  return { maxAge: parseMaxAge(parameters.get('max_age')) ?? client.metadata.defaultMaxAge ?? undefined };
}

/**
 * `acr_values` (OIDC Core §3.1.2.1), and the essential claim `acr`: "If this is an Essential Claim and the requirement cannot be met,
 * then the Authorization Server MUST treat that outcome as a failed authentication attempt" (§5.5.1.1). What is voluntary is taken as
 * `acr_values` are, and so are the `default_acr_values` of the client (OIDC Registration §2).
 */
export function acr(
  { parameters, client, claims: { idToken } }: ClientRequest & Pick<ScopedRequest, 'claims'>,
  { settings }: Knowledge,
): Pick<AuthorizationRequest, 'acr'> {
  const reachable = reachableAcrs([...settings.signIn.firstFactors, ...settings.signIn.secondFactors]);
  const claim = idToken.get('acr');
  const essential = claim?.essential ? claim : undefined;
  if (essential && !reachable.some((reached) => satisfies(essential, reached)))
    throw new OAuthError('unmet_authentication_requirements', 'the essential acr cannot be reached here');
  // "Values specified in the acr_values request parameter or an individual acr Claim request override these default values"
  const preferred: readonly unknown[] =
    parameters.get('acr_values')?.split(' ') ?? valuesOf(claim) ?? client.metadata.defaultAcrValues;
  const values = preferred.filter((value): value is string => reachable.some((reached) => reached === value));
  return { acr: { essential, values } };
}

/** The values that a voluntary claim names; undefined if it names none. */
function valuesOf(claim: ClaimRequest | undefined): readonly unknown[] | undefined {
  if (!claim || claim.essential) return undefined;
  return claim.value === undefined ? claim.values : [claim.value];
}

/** The subject of an id_token_hint, which must be ours and unforged but may have expired (OIDC Core §3.1.2.1). */
export async function idTokenHint(
  { parameters }: ScopedRequest,
  { jwtVerifier }: Knowledge,
): Promise<Pick<AuthorizationRequest, 'hintedSubject'>> {
  const hint = parameters.get('id_token_hint');
  if (hint === undefined) return { hintedSubject: undefined };
  const payload = await jwtVerifier.verifyHint(hint);
  if (payload?.sub === undefined) throw invalidRequest('id_token_hint is not an ID token of this issuer');
  return { hintedSubject: payload.sub };
}
