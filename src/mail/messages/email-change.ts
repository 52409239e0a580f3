import type { Letter } from '../letter.js';

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
}): Letter {
  return {
    subject: 'Confirm the change of your e-mail address',
    paragraphs: [
      `The e-mail address of ${username} at ${issuer} is to become ${newEmail}.`,
      'If the present address is a verified one, the change must be confirmed at both addresses. The link works once, within a day.',
    ],
    link: { label: 'Confirm the change', href: link },
    unexpected:
      'If you did not ask for this, do not confirm it: the address then stays. If the account is yours, choose a new password.',
  };
}
