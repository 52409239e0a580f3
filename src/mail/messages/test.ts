import type { Letter } from '../letter.js';

/** Shows an operator that mail arrives. */
export function test({ issuer }: { readonly issuer: string }): Letter {
  return {
    subject: 'Mail from Eyrie works',
    paragraphs: [`This is a test. ${issuer} can send mail to you.`],
  };
}
