import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';

/** A link with which somebody who was given an account chooses a password. */
export function invitation({
  username,
  days,
  issuer,
  link,
}: {
  readonly username: string;
  readonly days: number;
  readonly issuer: string;
  readonly link: string;
}): Draft {
  return {
    subject: message('mail.invitationSubject'),
    paragraphs: [
      message('mail.invitation', { issuer, username }),
      message('mail.invitationTerms', { count: days }),
    ],
    link: { label: message('choosePassword.title'), href: link },
    unexpected: message('mail.unexpectedInvitation'),
  };
}
