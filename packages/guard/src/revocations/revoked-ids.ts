import type { AccessToken } from '../token/access-token.js';

/**
 * The ids that an issuer has revoked. Each is kept until the tokens that it concerns have expired. If there are more ids than the limit,
 * the oldest are dropped, and the set is incomplete until these would have expired. Times are milliseconds of a monotonic clock.
 */
export class RevokedIds {
  readonly #limit: number;
  /** When each id can be dropped, the earliest first. */
  readonly #until = new Map<string, number>();
  #clients: ReadonlySet<string> = new Set();
  #incompleteUntil = 0;

  /** @param limit how many ids are kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param kind what the ids name: a grant and a token may have the same id */
  add(kind: 'grant' | 'token', ids: readonly string[], until: number): void {
    for (const id of ids) {
      const key = `${kind} ${id}`;
      this.#until.delete(key);
      this.#until.set(key, until);
    }
  }

  /** Replaces the clients whose tokens are refused. */
  setClients(ids: readonly string[]): void {
    this.#clients = new Set(ids);
  }

  /** Drops the ids that no active token can depend on, and the oldest ones above the limit. */
  tidy(now: number): void {
    for (const [key, until] of this.#until) {
      if (until > now && this.#until.size <= this.#limit) return;
      if (until > now) this.#incompleteUntil = Math.max(this.#incompleteUntil, until);
      this.#until.delete(key);
    }
  }

  /** Whether no id was dropped that may still concern an active token. */
  isComplete(now: number): boolean {
    return this.#incompleteUntil <= now;
  }

  /**
   * What was revoked: the token, its grant, its client, or the client that was given the grant of an exchanged token; `undefined` if none
   * was.
   */
  find({ clientId, claims }: AccessToken): string | undefined {
    const clients = [clientId, idIn(claims['grant_client_id'])];
    const client = clients.find((id) => this.#clients.has(id));
    if (client !== undefined) return `client ${client}`;
    const keys = [`grant ${idIn(claims['grant_id'])}`, `token ${idIn(claims['jti'])}`];
    return keys.find((key) => this.#until.has(key));
  }
}

function idIn(claim: unknown): string {
  return typeof claim === 'string' ? claim : '';
}
