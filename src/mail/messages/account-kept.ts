import type { Letter } from '../letter.js';
import { type Circumstances, circumstancesOf, otherwiseSecure } from './account-change.js';

/** An account that was to be deleted is kept. */
export function accountKept(circumstances: Circumstances & { readonly username: string }): Letter {
  return {
    subject: 'Your account will not be deleted',
    paragraphs: [`The account ${circumstances.username} is kept. You can sign in as before.`],
    ...circumstancesOf(circumstances),
    unexpected: otherwiseSecure,
  };
}
