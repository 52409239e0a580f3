import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';

/** A link to one of the two addresses of a change; the other one gets one too. */
export function emailChange({
  username,
  issuer,
  link,
  newEmail,
}: {
  readonly username: string;
  readonly issuer: string;
  readonly link: string;
  readonly newEmail: string;
}): Draft {
  return {
    subject: message('mail.emailChangeSubject'),
    paragraphs: [
      message('mail.emailChange', { username, issuer, email: newEmail }),
      message('mail.emailChangeTerms'),
    ],
    link: { label: message('mail.confirmChange'), href: link },
    unexpected: message('mail.emailStays'),
  };
}
