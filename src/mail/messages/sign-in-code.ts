import type { Letter } from '../letter.js';

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
  readonly device?: string | undefined;
}): Letter {
  return {
    subject: 'Your code to sign in',
    paragraphs: [
      `Somebody signs in as ${username} with the right password. If this is you, enter the code. It works once, within ten minutes, in the browser that asks for it.`,
    ],
    facts: [
      ['Code', code],
      ['Service', issuer],
      ...(device === undefined ? [] : [['Browser', device] as const]),
      ...(address === undefined ? [] : [['Network address', address] as const]),
    ],
    unexpected:
      'If this was not you, somebody else knows your password: choose another one now. Give the code to nobody, whoever asks for it.',
  };
}
