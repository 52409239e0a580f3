import type { AccessToken } from '../token/access-token.js';

/**
 * What an issuer has revoked, kept until the tokens that it concerns must have expired. Bounded: where more is told than
 * it can hold, the oldest is forgotten, and it says for how long it does not know all. Times are milliseconds.
 */
export class RevokedIds {
  readonly #limit: number;
  /** When each id can be forgotten, the earliest first. */
  readonly #until = new Map<string, number>();
  #clients: ReadonlySet<string> = new Set();
  #incompleteUntil = 0;

  /** @param limit how many ids are kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param kind what the ids name: grants and tokens may have ids alike */
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

  /** Forgets what no living token rests on any longer, and what there is no room for. */
  tidy(now: number): void {
    for (const [key, until] of this.#until) {
      if (until > now && this.#until.size <= this.#limit) return;
      if (until > now) this.#incompleteUntil = Math.max(this.#incompleteUntil, until);
      this.#until.delete(key);
    }
  }

  /** Whether nothing was forgotten that still matters. */
  isComplete(now: number): boolean {
    return this.#incompleteUntil <= now;
  }

  /** What of a token was revoked, `undefined` when nothing was. */
  find({ clientId, claims }: AccessToken): string | undefined {
    if (this.#clients.has(clientId)) return `client ${clientId}`;
    const keys = [`grant ${idIn(claims['grant_id'])}`, `token ${idIn(claims['jti'])}`];
    return keys.find((key) => this.#until.has(key));
  }
}

function idIn(claim: unknown): string {
  return typeof claim === 'string' ? claim : '';
}
