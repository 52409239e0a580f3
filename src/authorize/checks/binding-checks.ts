import { isThumbprint } from '../../protocol/dpop.js';
import { invalidRequest } from '../../protocol/errors.js';
import { codeChallenge } from '../../protocol/pkce.js';
import { issues } from '../../protocol/response-type.js';
import type { AuthorizationRequest, ScopedRequest } from '../authorization-request.js';

/** PKCE: required if a code is issued and the client must use it, allowed otherwise (RFC 7636 §4.3). */
export function pkce({
  parameters,
  client,
  responseType,
}: ScopedRequest): Pick<AuthorizationRequest, 'codeChallenge'> {
  return {
    codeChallenge: codeChallenge(
      parameters.get('code_challenge'),
      parameters.get('code_challenge_method'),
      client.requiresPkce && issues(responseType, 'code'),
    ),
  };
}

/** The thumbprint of the key that the code is bound to (RFC 9449 §10). */
export function dpopKey({ parameters }: ScopedRequest): Pick<AuthorizationRequest, 'dpopJkt'> {
  const thumbprint = parameters.get('dpop_jkt');
  if (thumbprint !== undefined && !isThumbprint(thumbprint))
    throw invalidRequest('dpop_jkt is not a SHA-256 JWK thumbprint');
  return { dpopJkt: thumbprint };
}
