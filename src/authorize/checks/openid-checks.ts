import { reachableAcrs } from '../../protocol/acr.js';
import { satisfies } from '../../protocol/claims-request.js';
import { invalidRequest, OAuthError } from '../../protocol/errors.js';
import { parseMaxAge, parsePrompt, supportedPrompts } from '../../protocol/prompt.js';
import { issues } from '../../protocol/response-type.js';
import type { AuthorizationRequest, ScopedRequest } from '../authorization-request.js';
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
export function maxAge({ parameters, client }: ScopedRequest): Pick<AuthorizationRequest, 'maxAge'> {
  return { maxAge: parseMaxAge(parameters.get('max_age')) ?? client.metadata.defaultMaxAge ?? undefined };
}

/**
 * `acr_values` (OIDC Core §3.1.2.1), and the essential claim `acr`: "If this is an Essential Claim and the requirement cannot be met,
 * then the Authorization Server MUST treat that outcome as a failed authentication attempt" (§5.5.1.1).
 */
export function acr(
  { parameters, claims: { idToken } }: ScopedRequest,
  { settings }: Knowledge,
): Pick<AuthorizationRequest, 'acr'> {
  const reachable = reachableAcrs([...settings.signIn.firstFactors, ...settings.signIn.secondFactors]);
  const claim = idToken.get('acr');
  const essential = claim?.essential ? claim : undefined;
  if (essential && !reachable.some((reached) => satisfies(essential, reached)))
    throw new OAuthError('unmet_authentication_requirements', 'the essential acr cannot be reached here');
  const values = (parameters.get('acr_values') ?? '').split(' ').filter((value) => reachable.includes(value));
  return { acr: { essential, values } };
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
