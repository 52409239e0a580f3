import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';
import { type Circumstances, circumstancesOf, otherwiseSecure } from './account-change.js';

/** The password of a person was changed. */
export function passwordChanged(circumstances: Circumstances & { readonly username: string }): Draft {
  return {
    subject: message('mail.passwordChangedSubject'),
    paragraphs: [message('mail.passwordChanged', { username: circumstances.username })],
    ...circumstancesOf(circumstances),
    unexpected: otherwiseSecure,
  };
}
