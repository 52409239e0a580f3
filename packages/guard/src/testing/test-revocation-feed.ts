/** Seconds for which the guard keeps what it is told. */
const RETAIN_FOR = 86_400;

/** The revocation feed of a test issuer, which guards follow by long poll. */
export class TestRevocationFeed {
  /** `jti` of revoked tokens; a cursor is how many of them a follower knows. */
  readonly #revoked: string[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #toldOf: (() => void)[] = [];

  /** Revokes a signed token; resolves once every guard that follows has learned of it. */
  async revoke(jti: string): Promise<void> {
    this.#revoked.push(jti);
    const followers = [...this.#waiting];
    // Who asks again has taken in what it was told.
    const learned = followers.map(() => new Promise<void>((resolve) => this.#toldOf.push(resolve)));
    for (const wake of followers) wake();
    await Promise.all(learned);
  }

  /** Answers a follower: at once where there is news, else when there is, or when it has waited long enough. */
  async answer(url: string, signal: AbortSignal | null | undefined): Promise<Response> {
    const { searchParams } = new URL(url);
    const after = Number(searchParams.get('after') ?? 0);
    if (searchParams.has('after') && after === this.#revoked.length) {
      this.#toldOf.shift()?.();
      await this.#news(Number(searchParams.get('wait') ?? 0) * 1000, signal);
    }
    return Response.json({
      cursor: String(this.#revoked.length),
      grants: [],
      tokens: this.#revoked.slice(after),
      retain_for: RETAIN_FOR,
    });
  }

  async #news(patience: number, signal: AbortSignal | null | undefined): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => end(resolve), patience);
      // A test that has ended does not wait for a guard that was not closed.
      timer.unref();
      const wake = () => end(resolve);
      const gone = () => end(() => reject(new DOMException('The follower has gone', 'AbortError')));
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        signal?.removeEventListener('abort', gone);
        settle();
      };
      this.#waiting.add(wake);
      signal?.addEventListener('abort', gone);
    });
  }
}
