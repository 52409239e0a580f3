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

/** Memberships of groups that a directory made, and no longer shows. */
export interface GroupLoss {
  readonly userId: string;
  readonly username: string;
  /** Ids of the groups. */
  readonly outdated: readonly string[];
  /** Whether none of those that it made is left. */
  readonly isLosingAll: boolean;
}

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
export function implausibleGroupLoss(losses: readonly GroupLoss[], total: number): string | undefined {
  const lost = losses.filter(({ isLosingAll }) => isLosingAll).length;
  if (isImplausible(lost, total))
    return `${lost} of ${total} accounts are in none of their groups any more: no membership was ended`;
  const leavers = new Map<string, number>();
  for (const id of losses.flatMap(({ outdated }) => outdated)) leavers.set(id, (leavers.get(id) ?? 0) + 1);
  const left = Math.max(0, ...leavers.values());
  return isMost(left, total)
    ? `${left} of ${total} accounts are not in one of their groups any more: no membership was ended`
    : undefined;
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
