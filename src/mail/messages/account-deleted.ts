import type { Letter } from '../letter.js';
import { type Circumstances, circumstancesOf } from './account-change.js';

/** An account is gone, since its owner has asked for that. */
export function accountDeleted(circumstances: Circumstances & { readonly username: string }): Letter {
  return {
    subject: 'Your account is deleted',
    paragraphs: [
      `The account ${circumstances.username} is deleted, as was asked. It cannot be brought back.`,
      'This is the last mail about it.',
    ],
    ...circumstancesOf(circumstances),
    unexpected: 'If this was not you, tell the people who run this service.',
  };
}
