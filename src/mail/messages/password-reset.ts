import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';

/** A link to choose a new password, for somebody who has forgotten theirs. */
export function passwordReset({
  username,
  issuer,
  link,
}: {
  readonly username: string;
  readonly issuer: string;
  readonly link: string;
}): Draft {
  return {
    subject: message('newPassword.title'),
    paragraphs: [message('mail.passwordReset', { username, issuer }), message('mail.passwordResetTerms')],
    link: { label: message('newPassword.title'), href: link },
    unexpected: message('mail.passwordStays'),
  };
}
