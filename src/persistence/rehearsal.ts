import { AsyncLocalStorage } from 'node:async_hooks';
import type { Transactor, Work } from './transaction.js';

/** What a change of a client ends: all of its grants, or these scopes of them, or that they are renewed. */
export type ClientEnding =
  | { readonly clientId: string; readonly of: 'grants' | 'renewal' }
  | { readonly clientId: string; readonly of: 'scopes'; readonly scopes: readonly string[] };

/** A membership of an organization that ends, with the grants for it. */
export interface MembershipEnding {
  readonly of: 'membership';
  readonly organizationId: string;
  readonly userId: string;
}

/** What a change ends, as far as it does not follow from the call alone. */
export type SaidEnding = ClientEnding | MembershipEnding;

/** What was said while a call was rehearsed. */
interface Rehearsal {
  readonly endings: SaidEnding[];
  /** What the call left running, such as a timer, is no part of it any more. */
  isOver: boolean;
}

const rehearsals = new AsyncLocalStorage<Rehearsal>();
let running = 0;

/** Ends a rehearsal, with what the work of its transaction came to. */
class Rehearsed extends Error {
  constructor(readonly outcome: unknown) {
    super();
  }
}

/**
 * Runs a call as it is until its first transaction has been carried out, which is rolled back. So it is refused for the same reasons as the
 * call itself, and nothing is kept: what refuses a call comes before its second transaction.
 * @returns what the call said that it ends
 */
export async function rehearse(call: () => Promise<unknown>): Promise<readonly SaidEnding[]> {
  const rehearsal: Rehearsal = { endings: [], isOver: false };
  running++;
  try {
    await rehearsals.run(rehearsal, call);
  } catch (error) {
    if (!(error instanceof Rehearsed)) throw error;
  } finally {
    rehearsal.isOver = true;
    // Up to Node 22, a storage that is in use makes every promise of the process dearer.
    if (--running === 0) rehearsals.disable();
  }
  return rehearsal.endings;
}

const isRehearsed = (): boolean => rehearsals.getStore()?.isOver === false;

/** Says what a change ends, if it is rehearsed: for what does not follow from the call alone. */
export function sayEnding(ending: SaidEnding): void {
  rehearsals.getStore()?.endings.push(ending);
}

/** A transactor that keeps nothing of a rehearsal, and ends it unless the work came to false: then it changed nothing, and the call goes on. */
export const rehearsing =
  (transact: Transactor): Transactor =>
  (work) =>
    isRehearsed() ? rehearsed(transact, work) : transact(work);

async function rehearsed<Result>(transact: Transactor, work: Work<Result>): Promise<Result> {
  try {
    return await transact(async (tx) => {
      throw new Rehearsed(await work(tx));
    });
  } catch (error) {
    if (error instanceof Rehearsed && error.outcome === false) return error.outcome as Result;
    throw error;
  }
}
