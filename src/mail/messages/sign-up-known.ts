import type { Letter } from '../letter.js';

/** Tells somebody who wants to make an account that the address has one. */
export function signUpKnown({
  username,
  issuer,
  recoveryUrl,
}: {
  readonly username: string;
  readonly issuer: string;
  readonly recoveryUrl: string;
}): Letter {
  return {
    subject: 'You have an account already',
    paragraphs: [
      `Somebody wants to create an account at ${issuer} with this e-mail address. It has one: ${username}.`,
      'Sign in with it. If you have forgotten the password, you can choose a new one.',
    ],
    link: { label: 'Choose a new password', href: recoveryUrl },
    unexpected: 'If this was not you, you need not do anything.',
  };
}
