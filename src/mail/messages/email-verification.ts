import type { Letter } from '../letter.js';

/** A link that proves that an address belongs to the account that has it. */
export function emailVerification({
  username,
  issuer,
  link,
}: {
  readonly username: string;
  readonly issuer: string;
  readonly link: string;
}): Letter {
  return {
    subject: 'Confirm your e-mail address',
    paragraphs: [
      `This is the e-mail address of ${username} at ${issuer}. Please confirm it.`,
      'The link works once, within a day.',
    ],
    link: { label: 'Confirm the address', href: link },
    unexpected: 'If you do not know this account, you need not do anything.',
  };
}
