import { message, type Text, verbatim } from '../../locales/message.js';
import type { Draft } from '../draft.js';

/** A code for somebody who signs in, and from where they do. */
export function signInCode({
  username,
  code,
  issuer,
  address,
  device,
}: {
  readonly username: string;
  readonly code: string;
  readonly issuer: string;
  readonly address?: string | undefined;
  readonly device?: Text | undefined;
}): Draft {
  return {
    subject: message('mail.signInCodeSubject'),
    paragraphs: [message('mail.signInCode', { username })],
    facts: [
      [message('mail.code'), verbatim(code)],
      [message('mail.service'), verbatim(issuer)],
      ...(device === undefined ? [] : [[message('mail.browser'), device] as const]),
      ...(address === undefined ? [] : [[message('mail.address'), verbatim(address)] as const]),
    ],
    unexpected: message('mail.keepCode'),
  };
}
