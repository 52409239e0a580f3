import { OAuthError } from '../../protocol/errors.js';
import { enrollableFactors } from '../../protocol/factors.js';
import type { ClientRequest } from '../authorization-request.js';
import type { Knowledge } from './check.js';

/** A client that requires a second factor gets no one in where none can be set up any more. */
export function secondFactorIsPossible({ client }: ClientRequest, { settings }: Knowledge): void {
  if (!client.metadata.requireSecondFactor) return;
  if (settings.signIn.secondFactors.some((factor) => enrollableFactors.includes(factor))) return;
  throw new OAuthError(
    'unmet_authentication_requirements',
    'this client requires a second factor, and none can be set up here',
  );
}
