import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { Secrets } from '../crypto/secrets.js';
import { Browser } from '../http/browser.js';
import { Database } from '../persistence/database.js';
import { UsedJtisStore } from '../persistence/stores/used-jtis.store.js';
import { passkeyDomain } from './related-origins.js';
import type { PasskeyForm } from '../views/sign-in-page-models.js';

/** How a challenge travels, sealed, in the form of a page. */
interface SealedChallenge {
  readonly challenge: string;
  /** The binding of the browser that it was shown to. */
  readonly browser: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** A sign-in page may stay open for an hour, as its interaction may. */
const lifetimeSeconds = 3_600;
/** How long a browser asks for a passkey (WebAuthn Level 3 §15.1). */
const timeoutMilliseconds = 300_000;

/**
 * Challenges of passkeys. "In order to prevent replay attacks, the challenges MUST contain enough entropy to make guessing them
 * infeasible" (WebAuthn Level 3 §13.4.3). Nothing is stored until one is used.
 */
@Injectable()
export class PasskeyChallenges {
  /** The relying party id (§5.1.7). */
  readonly rpId: string;
  /** Where passkeys may be used: our own pages, and those of related origins (§5.11). */
  readonly origins: string[];

  constructor(
    private readonly secrets: Secrets,
    private readonly browser: Browser,
    private readonly usedJtis: UsedJtisStore,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.rpId = passkeyDomain(settings);
    this.origins = [settings.origin, ...settings.passkeys.origins];
  }

  /** The form that asks for a passkey of this server, whoever's it is. */
  async forSignIn(
    userVerification: 'required' | 'preferred',
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<PasskeyForm> {
    const { challenge, sealed } = await this.create(request, reply);
    const options = { challenge, rpId: this.rpId, userVerification, timeout: timeoutMilliseconds };
    return { options: JSON.stringify(options), challenge: sealed };
  }

  /** A new challenge (base64url, 256 bits), and its sealed form. */
  async create(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ readonly challenge: string; readonly sealed: string }> {
    const challenge = randomBytes(32).toString('base64url');
    const sealed: SealedChallenge = {
      challenge,
      browser: this.browser.binding(request, reply),
      expiresAt: this.clock.now() + lifetimeSeconds,
    };
    return { challenge, sealed: await this.secrets.seal('passkey-challenge', sealed) };
  }

  /**
   * Uses a challenge up.
   * @returns undefined if it is forged, expired, used, or belongs to another browser
   */
  async use(sealed: string, request: FastifyRequest): Promise<string | undefined> {
    const opened = (await this.secrets.unseal('passkey-challenge', sealed)) as SealedChallenge | undefined;
    if (!opened || opened.expiresAt <= this.clock.now()) return undefined;
    if (!this.browser.isBoundTo(request, opened.browser)) return undefined;
    const isFirst = await this.database.write((tx) =>
      this.usedJtis.use(tx, lookupHash(`passkey ${opened.challenge}`), opened.expiresAt),
    );
    return isFirst ? opened.challenge : undefined;
  }
}
