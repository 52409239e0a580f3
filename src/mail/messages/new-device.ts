import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';
import { type Circumstances, circumstancesOf, otherwiseSecure } from './account-change.js';

/** Somebody signed in on a device that the person has not used before. */
export function newDevice(circumstances: Circumstances & { readonly username: string }): Draft {
  return {
    subject: message('mail.newDeviceSubject'),
    paragraphs: [message('mail.newDevice', { username: circumstances.username })],
    ...circumstancesOf(circumstances),
    unexpected: otherwiseSecure,
  };
}
