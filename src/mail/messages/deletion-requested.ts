import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';
import { type Circumstances, circumstancesOf } from './account-change.js';

/** A person has asked to delete their account. */
export function deletionRequested(
  circumstances: Circumstances & { readonly username: string; readonly dueAt: number },
): Draft {
  const { username, dueAt, timeZone } = circumstances;
  return {
    subject: message('mail.deletionRequestedSubject'),
    paragraphs: [message('mail.deletionRequested', { username }), message('mail.deletionRequestedKeep')],
    facts: [
      [message('mail.deletionDue'), { at: new Date(dueAt * 1_000), timeZone }],
      ...circumstancesOf(circumstances).facts,
    ],
    unexpected: message('mail.deletionRequestedUnexpected'),
  };
}
