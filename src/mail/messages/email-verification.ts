import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';

/** A link that proves that an address belongs to the account that has it. */
export function emailVerification({
  username,
  issuer,
  link,
}: {
  readonly username: string;
  readonly issuer: string;
  readonly link: string;
}): Draft {
  return {
    subject: message('mail.emailVerificationSubject'),
    paragraphs: [message('mail.emailVerification', { username, issuer }), message('mail.withinDay')],
    link: { label: message('mail.confirmAddress'), href: link },
    unexpected: message('mail.unknownAccount'),
  };
}
