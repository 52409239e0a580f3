import type { Letter } from '../letter.js';

/** A link to choose a new password, for somebody who has forgotten theirs. */
export function passwordReset({
  username,
  issuer,
  link,
}: {
  readonly username: string;
  readonly issuer: string;
  readonly link: string;
}): Letter {
  return {
    subject: 'Choose a new password',
    paragraphs: [
      `Somebody asked for a new password for ${username} at ${issuer}.`,
      'The link works once, within 30 minutes.',
    ],
    link: { label: 'Choose a new password', href: link },
    unexpected: 'If this was not you, you need not do anything: your password stays as it is.',
  };
}
