import type { Letter } from '../letter.js';
import { type Circumstances, circumstancesOf, otherwiseSecure } from './account-change.js';

/** The password of a person was changed. */
export function passwordChanged(circumstances: Circumstances & { readonly username: string }): Letter {
  return {
    subject: 'Your password was changed',
    paragraphs: [`The password of ${circumstances.username} was changed.`],
    ...circumstancesOf(circumstances),
    unexpected: otherwiseSecure,
  };
}
