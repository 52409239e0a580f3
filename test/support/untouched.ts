import { Database } from '../../src/persistence/database.js';
import type { TestServer } from './server.js';
import type { Answer } from './relying-party.js';

/** Tables that a refusal may write to, its own explanation and the count of guesses, and the replicas' housekeeping. */
const mayChange = new Set(['refusals', 'throttles', 'leases']);

/** Events that record a refusal itself. */
const mayBeRecorded = new Set(['client.authentication_failed', 'client.secret_guessed']);

/**
 * Every row of every other table: a refusal consumes nothing, revokes nothing, ends no session and leaves nothing behind. What one
 * look finds is what the next is held to.
 */
export class Rows {
  private known: Record<string, unknown[]> = {};

  /** @param others tables that these refusals write to as well */
  constructor(
    private readonly server: TestServer,
    private readonly others: readonly string[] = [],
  ) {}

  /** Takes the rows as they are now. */
  async look(): Promise<{ readonly before: object; readonly now: object }> {
    const before = this.known;
    this.known = await this.read();
    return { before, now: this.known };
  }

  private async read(): Promise<Record<string, unknown[]>> {
    const { read } = this.server.app.get(Database);
    const rows: Record<string, unknown[]> = {};
    for (const { tableName } of read.connection.entityMetadatas) {
      if (mayChange.has(tableName) || this.others.includes(tableName)) continue;
      const found = await read.query<Record<string, unknown>[]>(`SELECT * FROM ${tableName}`);
      // A session that is only looked at says when.
      rows[tableName] = found
        .map(({ last_seen_at: _lastSeenAt, ...row }) => row)
        .filter(({ event }) => !mayBeRecorded.has(String(event)));
    }
    return rows;
  }
}

/** Holds the rows to what they were at the last look. */
export async function expectUntouched(rows: Rows): Promise<void> {
  const { before, now } = await rows.look();
  expect(now).toEqual(before);
}

/** A refusal to a machine: the status, the error code and the challenge. */
export interface Refused {
  readonly status: number;
  readonly error: string;
  /** How `WWW-Authenticate` begins; null for an answer without it. */
  readonly challenge?: string | null;
  /** Part of the detail in its explanation (`GET /admin/explain`); undefined if there is none. */
  readonly detail?: string;
}

/**
 * How a request is refused.
 * @param challenge how `WWW-Authenticate` begins; null for a response without it
 */
export const refusal = (status: number, error: string, challenge: string | null = null): Refused => ({
  status,
  error,
  challenge,
});

/** The same refusal, with what the administrator finds in its explanation beside the description. */
export const because = (refused: Refused, detail: string): Refused => ({ ...refused, detail });

/** Holds an answer to the whole form of a refusal: status, code, description, and every header that it owes or must not have. */
export function expectRefused(answer: Answer, { status, error, challenge = null }: Refused): void {
  expect({ status: answer.status, error: answer.body.error }).toEqual({ status, error });
  expect(answer.body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  expect(Object.keys(answer.body).toSorted()).toEqual(['error', 'error_description']);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  const given = answer.headers.get('www-authenticate');
  if (challenge === null) expect(given).toBeNull();
  else expect(given?.startsWith(challenge) ?? `no challenge ${challenge}`).toBe(true);
  for (const name of ['location', 'set-cookie'])
    expect([name, answer.headers.get(name)]).toEqual([name, null]);
}
