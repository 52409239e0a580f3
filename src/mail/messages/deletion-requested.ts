import { defaultLanguage } from '../../locales/languages.js';
import { readableTime } from '../../views/readable.js';
import type { Letter } from '../letter.js';
import { type Circumstances, circumstancesOf } from './account-change.js';

/** A person has asked to delete their account. */
export function deletionRequested(
  circumstances: Circumstances & { readonly username: string; readonly dueAt: number },
): Letter {
  const { username, dueAt, timeZone } = circumstances;
  return {
    subject: 'Your account will be deleted',
    paragraphs: [
      `The account ${username} is closed, and everybody is signed out of it. It will be deleted on ${readableTime(new Date(dueAt * 1_000), defaultLanguage, timeZone)}.`,
      'If you want to keep it, sign in before that time.',
    ],
    ...circumstancesOf(circumstances),
    unexpected:
      'If this was not you, sign in now to keep the account, choose a new password, and tell the people who run this service.',
  };
}
