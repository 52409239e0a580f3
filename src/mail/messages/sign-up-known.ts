import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';

/** Tells somebody who wants to make an account that the address has one. */
export function signUpKnown({
  username,
  issuer,
  recoveryUrl,
}: {
  readonly username: string;
  readonly issuer: string;
  readonly recoveryUrl: string;
}): Draft {
  return {
    subject: message('mail.signUpKnownSubject'),
    paragraphs: [message('mail.signUpKnown', { issuer, username }), message('mail.signUpKnownAdvice')],
    link: { label: message('newPassword.title'), href: recoveryUrl },
    unexpected: message('mail.ignore'),
  };
}
