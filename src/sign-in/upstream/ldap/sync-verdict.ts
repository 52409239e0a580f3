import type { SyncedIdentity } from '../../../persistence/stores/directory-sync.store.js';
import type { LoadedUpstream } from '../definition.js';
import { missingClaim } from '../mapping.js';
import type { DirectoryRefusal } from './bind-refusal.js';
import type { DirectoryPerson } from './ldap-directory.js';

/** After so many looks in a row without the entry, it is gone. */
export const maxMissedLooks = 3;
/** A look in which more accounts are missing, and more than a tenth of all, is not believed. */
const minImplausible = 10;
const implausibleShare = 0.1;

/** Why the account of an entry ends. A password that is out of date is no reason: it is changed in the directory. */
export type EndReason =
  Extract<DirectoryRefusal, 'disabled' | 'expired' | 'locked'> | 'not_admitted' | 'gone';

/** What a look at somebody's entry comes to. */
export type SyncVerdict =
  | { readonly kind: 'active'; readonly person: DirectoryPerson }
  /** The directory itself says that the account has ended. */
  | { readonly kind: 'ended'; readonly reason: EndReason }
  /** The entry, or what lets it in, is not there: true, or a fault of what the directory shows. */
  | { readonly kind: 'lost'; readonly reason: 'not_admitted' | 'gone' };

const ending: ReadonlySet<string | undefined> = new Set(['disabled', 'expired', 'locked']);

/** @param person undefined if there is no such entry */
export function verdictOn(upstream: LoadedUpstream, person: DirectoryPerson | undefined): SyncVerdict {
  if (!person) return { kind: 'lost', reason: 'gone' };
  if (ending.has(person.refusal)) return { kind: 'ended', reason: person.refusal as EndReason };
  if (missingClaim(upstream, person.answer) !== undefined) return { kind: 'lost', reason: 'not_admitted' };
  return { kind: 'active', person };
}

/** What somebody has by a directory, which no longer shows it. */
export interface Loss {
  readonly userId: string;
  readonly username: string;
  /** Ids of the groups. */
  readonly outdated: readonly string[];
  /** Whether none of the memberships that it made is left. */
  readonly isLosingAll: boolean;
  /** The names of attributes that have lost their value. */
  readonly missing: readonly string[];
}

export const withoutValues = (loss: Loss): Loss => ({ ...loss, missing: [] });

/**
 * Why so many lost accounts are not believed; undefined if they are.
 * @param lost accounts that could sign in so far
 * @param total all that could
 */
export const implausibleLoss = (lost: number, total: number): string | undefined =>
  isImplausible(lost, total)
    ? `${lost} of ${total} accounts are not found or no longer admitted: nobody was disabled`
    : undefined;

/** Why it is not believed that so many people have left all of their groups, or one group: the directory may have ceased to show them. */
export function implausibleGroupLoss(losses: readonly Loss[], total: number): string | undefined {
  const lost = losses.filter(({ isLosingAll }) => isLosingAll).length;
  if (isImplausible(lost, total))
    return `${lost} of ${total} accounts are in none of their groups any more: no membership was ended`;
  const left = mostFrequent(losses.flatMap(({ outdated }) => outdated));
  return isMost(left, total)
    ? `${left} of ${total} accounts are not in one of their groups any more: no membership was ended`
    : undefined;
}

/** Why it is not believed that so many people have lost the value of one attribute: the directory may have ceased to show it. */
export function implausibleValueLoss(losses: readonly Loss[], total: number): string | undefined {
  const lost = mostFrequent(losses.flatMap(({ missing }) => missing));
  return isMost(lost, total)
    ? `${lost} of ${total} accounts have no value of one of their attributes any more: no value was removed`
    : undefined;
}

/** How often the most frequent of these is there. */
function mostFrequent(names: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

const isMost = (lost: number, total: number): boolean =>
  lost > minImplausible && lost > total * implausibleShare;

function isImplausible(lost: number, total: number): boolean {
  const isMajority = lost > 1 && lost > total / 2;
  return isMost(lost, total) || isMajority;
}

/** Whether the directory has disabled the account, and nobody has enabled or disabled it since. */
export const isDisabledByDirectory = ({ disabledAt, disabledUserAt }: SyncedIdentity): boolean =>
  disabledUserAt !== null && disabledAt === disabledUserAt;
