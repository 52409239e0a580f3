import type { Letter } from '../letter.js';

/** Shows an operator that mail arrives. */
export function test({ issuer, service }: { readonly issuer: string; readonly service: string }): Letter {
  return {
    subject: `Mail from ${service} works`,
    paragraphs: [`This is a test. ${issuer} can send mail to you.`],
  };
}
