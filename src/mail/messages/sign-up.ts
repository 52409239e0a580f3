import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';

/** A link with which somebody makes an account. */
export function signUp({ issuer, link }: { readonly issuer: string; readonly link: string }): Draft {
  return {
    subject: message('completeSignUp.title'),
    paragraphs: [message('mail.signUp', { issuer }), message('mail.signUpTerms')],
    link: { label: message('completeSignUp.submit'), href: link },
    unexpected: message('mail.noAccount'),
  };
}
