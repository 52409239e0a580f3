import type { Letter } from '../letter.js';
import { type Circumstances, circumstancesOf, otherwiseSecure } from './account-change.js';

/** A person can sign in with one thing more. */
export function factorAdded(
  circumstances: Circumstances & { readonly username: string; readonly factor: string },
): Letter {
  return {
    subject: 'Something was added to your sign-in',
    paragraphs: [`${circumstances.factor} was added to the account ${circumstances.username}.`],
    ...circumstancesOf(circumstances),
    unexpected: otherwiseSecure,
  };
}
