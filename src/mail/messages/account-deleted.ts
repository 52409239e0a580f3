import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';
import { type Circumstances, circumstancesOf } from './account-change.js';

/** An account is gone, since its owner has asked for that. */
export function accountDeleted(circumstances: Circumstances & { readonly username: string }): Draft {
  const { username } = circumstances;
  return {
    subject: message('mail.accountDeletedSubject'),
    paragraphs: [message('mail.accountDeleted', { username }), message('mail.accountDeletedLast')],
    ...circumstancesOf(circumstances),
    unexpected: message('mail.accountDeletedUnexpected'),
  };
}
