/** The guard must remember revocations for this time. */
const RETENTION_SECONDS = 86_400;

/** The revocation feed of a test issuer, which guards follow by long polling. */
export class TestRevocationFeed {
  /** `jti` of revoked tokens. A cursor is the number of them that a follower knows. */
  readonly #revoked: string[] = [];
  readonly #waiting = new Set<() => void>();
  /** Called when a follower has received all revocations. */
  readonly #received: (() => void)[] = [];

  /** Revokes a signed token. Resolves when every following guard has received the revocation. */
  async revoke(jti: string): Promise<void> {
    this.#revoked.push(jti);
    const followers = [...this.#waiting];
    // A follower that sends its next request has processed the last response.
    const received = followers.map(() => new Promise<void>((resolve) => this.#received.push(resolve)));
    for (const wake of followers) wake();
    await Promise.all(received);
  }

  /** Answers a follower: at once if there is news, otherwise when there is news or its `wait` is over. */
  async answer(url: string, signal: AbortSignal | null | undefined): Promise<Response> {
    const { searchParams } = new URL(url);
    const after = Number(searchParams.get('after') ?? 0);
    if (searchParams.has('after') && after === this.#revoked.length) {
      this.#received.shift()?.();
      await this.#news(Number(searchParams.get('wait') ?? 0) * 1000, signal);
    }
    return Response.json({
      cursor: String(this.#revoked.length),
      grants: [],
      tokens: this.#revoked.slice(after),
      retain_for: RETENTION_SECONDS,
    });
  }

  async #news(milliseconds: number, signal: AbortSignal | null | undefined): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => end(resolve), milliseconds);
      // If a test did not close its guard, this timer does not keep the process running.
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
