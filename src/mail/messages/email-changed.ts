import type { Letter } from '../letter.js';
import { type Circumstances, circumstancesOf, otherwiseSecure } from './account-change.js';

/** Tells the former address of an account that it has another one. */
export function emailChanged(
  circumstances: Circumstances & { readonly username: string; readonly newEmail: string },
): Letter {
  return {
    subject: 'Your e-mail address was changed',
    paragraphs: [
      `The e-mail address of ${circumstances.username} is ${circumstances.newEmail} now. This address is not used any more.`,
    ],
    ...circumstancesOf(circumstances),
    unexpected: otherwiseSecure,
  };
}
