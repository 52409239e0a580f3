import type { Letter } from '../letter.js';
import { type Circumstances, circumstancesOf, otherwiseSecure } from './account-change.js';

/** A person can no longer sign in with something. */
export function factorRemoved(
  circumstances: Circumstances & { readonly username: string; readonly factor: string },
): Letter {
  return {
    subject: 'Something was removed from your sign-in',
    paragraphs: [`${circumstances.factor} was removed from the account ${circumstances.username}.`],
    ...circumstancesOf(circumstances),
    unexpected: otherwiseSecure,
  };
}
