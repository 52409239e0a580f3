import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';

/** Shows an operator that mail arrives. */
export function test({ issuer, service }: { readonly issuer: string; readonly service: string }): Draft {
  return {
    subject: message('mail.testSubject', { service }),
    paragraphs: [message('mail.test', { issuer })],
  };
}
