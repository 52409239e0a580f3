import type { IssuerAnswer } from '../fetch/issuer-client.js';

/** What the revocation feed told. */
export interface FeedAnswer {
  readonly cursor: string;
  readonly grants: readonly string[];
  readonly tokens: readonly string[];
  /** All disabled clients; `undefined` when they are those told before. */
  readonly clients: readonly string[] | undefined;
  /** Seconds for which ids are to be kept. */
  readonly retainFor: number;
}

/** Where the feed does not say for how long; in seconds. */
const LONG = 86_400;

/** @throws {Error} when the answer is none */
export function readFeedAnswer({ status, body }: IssuerAnswer): FeedAnswer {
  if (status !== 200 || body === undefined) throw new Error(`status ${status}`);
  const { cursor, grants, tokens, clients, retain_for: retainFor = LONG } = body;
  if (
    typeof cursor !== 'string' ||
    !isIds(grants) ||
    !isIds(tokens) ||
    !(clients === undefined || isIds(clients)) ||
    typeof retainFor !== 'number'
  ) {
    throw new Error('the answer is not that of a revocation feed');
  }
  return { cursor, grants, tokens, clients, retainFor };
}

function isIds(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((id) => typeof id === 'string');
}
