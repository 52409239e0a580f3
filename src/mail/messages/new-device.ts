import type { Letter } from '../letter.js';
import { type Circumstances, circumstancesOf, otherwiseSecure } from './account-change.js';

/** Somebody signed in on a device that the person has not used before. */
export function newDevice(circumstances: Circumstances & { readonly username: string }): Letter {
  return {
    subject: 'Sign-in on a new device',
    paragraphs: [`Somebody signed in as ${circumstances.username} on a device that was not used before.`],
    ...circumstancesOf(circumstances),
    unexpected: otherwiseSecure,
  };
}
