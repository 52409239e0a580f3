import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { IssuerDirectory } from '../issuer/issuer-directory.js';
import type { IssuerVerifier } from '../issuer/issuer-verifier.js';
import { VerifierUnavailable } from '../token/token-verifier.js';

/**
 * Fetches the documents of the issuers when the service starts, in the background, and retries until that succeeds. So the first
 * request need not wait, and a wrong URL appears in the log before it.
 */
export class WarmUp implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #issuers: IssuerDirectory;
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  constructor(issuers: IssuerDirectory) {
    this.#issuers = issuers;
  }

  onApplicationBootstrap(): void {
    for (const verifier of this.#issuers.all) void this.#prepare(verifier);
  }

  onModuleDestroy(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#issuers.close();
  }

  async #prepare(verifier: IssuerVerifier): Promise<void> {
    try {
      await verifier.connection.prepare();
    } catch (error) {
      // The error and the time of the next attempt are already in the log.
      if (error instanceof VerifierUnavailable) this.#retry(verifier, error.retryAfter);
      else new Logger('BearerModule').error(error);
    }
  }

  #retry(verifier: IssuerVerifier, seconds: number): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#prepare(verifier);
    }, seconds * 1000);
    timer.unref();
    this.#timers.add(timer);
  }
}
