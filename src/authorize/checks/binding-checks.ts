import { isThumbprint } from '../../protocol/dpop.js';
import { invalidRequest } from '../../protocol/errors.js';
import { codeChallenge } from '../../protocol/pkce.js';
import { issues } from '../../protocol/response-type.js';
import type { Draft, Findings } from './check.js';

/** PKCE, where the client needs it and a code is issued (RFC 7636 §4.3). */
export function pkce({ parameters, client, responseType }: Draft): Pick<Findings, 'codeChallenge'> {
  return {
    codeChallenge: codeChallenge(
      parameters.get('code_challenge'),
      parameters.get('code_challenge_method'),
      client.requiresPkce && issues(responseType, 'code'),
    ),
  };
}

/** The thumbprint of the key that the code is bound to (RFC 9449 §10). */
export function dpopKey({ parameters }: Draft): Pick<Findings, 'dpopJkt'> {
  const thumbprint = parameters.get('dpop_jkt');
  if (thumbprint !== undefined && !isThumbprint(thumbprint))
    throw invalidRequest('dpop_jkt is not a SHA-256 JWK thumbprint');
  return { dpopJkt: thumbprint };
}
