import type { Letter } from '../letter.js';

/** A link with which somebody makes an account. */
export function signUp({ issuer, link }: { readonly issuer: string; readonly link: string }): Letter {
  return {
    subject: 'Create your account',
    paragraphs: [
      `Somebody wants to create an account at ${issuer} with this e-mail address.`,
      'The link works once, within an hour.',
    ],
    link: { label: 'Create the account', href: link },
    unexpected: 'If this was not you, you need not do anything: no account is created.',
  };
}
