import { codeRedeemed } from './code-redeemed.mjs';
import { disableAgainstClientCredentials } from './disable-against-client-credentials.mjs';
import { disableAgainstSignIn } from './disable-against-sign-in.mjs';
import { keysRotated } from './keys-rotated.mjs';
import { passwordAgainstSignIn } from './password-against-sign-in.mjs';
import { refreshOutsideGrace } from './refresh-outside-grace.mjs';
import { refreshWithinGrace } from './refresh-within-grace.mjs';
import { revokeAgainstRefresh } from './revoke-against-refresh.mjs';
import { secretRotated } from './secret-rotated.mjs';
import { withdrawAgainstAuthorize } from './withdraw-against-authorize.mjs';

/**
 * What happens at once: `{ name, run(client) }` is one round. `share` is how many of the rounds are run, of all, and `settings` are those
 * that the service needs for it.
 */
export const races = [
  codeRedeemed,
  refreshWithinGrace,
  revokeAgainstRefresh,
  withdrawAgainstAuthorize,
  disableAgainstSignIn,
  disableAgainstClientCredentials,
  passwordAgainstSignIn,
  secretRotated,
  keysRotated,
  refreshOutsideGrace,
];
