import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';

/** Shows an operator that mail arrives. */
export function test({ issuer }: { readonly issuer: string }): Draft {
  return {
    subject: message('mail.testSubject', { service: 'Eyrie' }),
    paragraphs: [message('mail.test', { issuer })],
  };
}
