import type { IssuerAnswer } from '../fetch/issuer-client.js';

/** A response of the revocation feed. */
export interface FeedAnswer {
  readonly cursor: string;
  readonly grants: readonly string[];
  readonly tokens: readonly string[];
  /** All disabled clients; `undefined` if unchanged since the last response. */
  readonly clients: readonly string[] | undefined;
  /** Seconds for which the ids must be kept. */
  readonly retainFor: number;
}

/** The default, if the feed does not say how long ids must be kept. */
const DEFAULT_RETENTION_SECONDS = 86_400;

/** @throws {Error} if this is not a response of a revocation feed */
export function readFeedAnswer({ status, body }: IssuerAnswer): FeedAnswer {
  if (status !== 200 || body === undefined) throw new Error(`status ${status}`);
  const { cursor, grants, tokens, clients, retain_for: retainFor = DEFAULT_RETENTION_SECONDS } = body;
  if (
    typeof cursor !== 'string' ||
    !isIds(grants) ||
    !isIds(tokens) ||
    !(clients === undefined || isIds(clients)) ||
    typeof retainFor !== 'number'
  ) {
    throw new Error('the response is not from a revocation feed');
  }
  return { cursor, grants, tokens, clients, retainFor };
}

function isIds(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((id) => typeof id === 'string');
}
