import type { Letter } from '../letter.js';

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
}): Letter {
  return {
    subject: 'You have been invited',
    paragraphs: [
      `An account was made for you at ${issuer}. Your username is ${username}.`,
      `Choose a password to use it. The link works once, within ${days === 1 ? 'a day' : `${days} days`}.`,
    ],
    link: { label: 'Choose a password', href: link },
    unexpected: 'If you did not expect this, you need not do anything.',
  };
}
