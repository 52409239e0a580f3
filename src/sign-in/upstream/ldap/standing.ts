import type { WatchedIdentity } from '../../../persistence/stores/identities.store.js';
import type { DirectoryRefusal } from './bind-refusal.js';

/** What a directory says of somebody whom it knew: let in, kept out for a reason, or not there. */
export type Standing =
  | { readonly kind: 'present' }
  | { readonly kind: 'refused'; readonly reason: DirectoryRefusal | 'not_admitted' }
  | { readonly kind: 'absent' };

/** What follows for the account here. */
export type Consequence =
  /** Its access ends. */
  | { readonly kind: 'end'; readonly reason: string }
  /** It is disabled because the directory said so, and is so no more. */
  | { readonly kind: 'return' }
  /** It is not there for the first time: a replica of the directory may lag behind. */
  | { readonly kind: 'miss' }
  /** It is there again. */
  | { readonly kind: 'found' }
  | { readonly kind: 'none' };

/** What is known here of them. */
type WatchedState = Pick<WatchedIdentity, 'missingSince' | 'isUserDisabled' | 'isDisabledByDirectory'>;

/** What only keeps somebody from the next sign-in: they change their password there, and go on. */
const passing: ReadonlySet<DirectoryRefusal | 'not_admitted'> = new Set([
  'password_expired',
  'password_must_change',
]);

/** Between the first look that did not find somebody and the one that ends their access, in seconds. */
const minMissingSeconds = 60;

/**
 * Decides what follows from the standing of a person at their directory.
 * @param now seconds since the epoch
 */
export function consequenceOf(
  standing: Standing,
  { missingSince, isUserDisabled, isDisabledByDirectory }: WatchedState,
  now: number,
): Consequence {
  if (standing.kind === 'absent') {
    if (missingSince === null) return { kind: 'miss' };
    const isConfirmed = missingSince + minMissingSeconds <= now;
    return isConfirmed && !isUserDisabled ? { kind: 'end', reason: 'gone' } : { kind: 'none' };
  }
  if (standing.kind === 'refused' && !passing.has(standing.reason))
    return isUserDisabled ? { kind: 'none' } : { kind: 'end', reason: standing.reason };
  if (isDisabledByDirectory) return { kind: 'return' };
  return missingSince === null ? { kind: 'none' } : { kind: 'found' };
}

/** People who may vanish at once, whatever their share is. */
const fewPeople = 10;
/** A directory that suddenly lacks a larger share is more likely to be misread, such as by an account that may no longer read it. */
const maxVanishedShare = 0.1;

/** Whether so many have vanished that nobody's access should end for it without a person's decision. */
export const areTooManyVanished = (vanished: number, people: number): boolean =>
  vanished > Math.max(fewPeople, people * maxVanishedShare);
