import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { Secrets } from '../crypto/secrets.js';
import { Browser } from '../http/browser.js';
import type { Proof } from '../protocol/acr.js';
import type { ProvenUser } from '../sessions/sessions.js';
import type { UpstreamOrigin } from '../sessions/upstream-origin.js';

/** A code that was mailed for a sign-in under way. */
export interface MailedCode {
  readonly id: string;
  /** The beginning and the domain of the address. */
  readonly to: string;
  /** Whether an earlier code does not count any more. */
  readonly isAnother?: boolean;
}

/** A directory's password that was right, and must be changed before anything else is done with it. */
export interface OutdatedDirectoryPassword {
  readonly upstreamId: string;
  /** The name of the directory. */
  readonly directory: string;
}

/** A sign-in of which something is proven, and something else is still asked. */
export interface SignInProgress {
  readonly user: ProvenUser;
  readonly username: string;
  /** What was proven in it. */
  readonly proofs: readonly Proof[];
  /** What was proven before, in the session on which it builds. */
  readonly earlier: readonly Proof[];
  /** Whether to keep the person signed in. */
  readonly keep: boolean;
  /** The session at an upstream in which something was proven. */
  readonly origin?: UpstreamOrigin | undefined;
  /** The only mailed code that counts in it. */
  readonly mailedCode?: MailedCode;
  readonly outdatedPassword?: OutdatedDirectoryPassword | undefined;
}

/** How {@link SignInProgress} travels, sealed, in the forms of its pages. */
interface SealedProgress extends SignInProgress {
  /** The binding of the browser that gave the proofs. */
  readonly browser: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** A person takes a while to find a device, or to think of a password. */
const lifetimeSeconds = 900;

/** Seals sign-ins under way, and opens them for the browser that began them. They are no sessions. */
@Injectable()
export class SignInProgresses {
  constructor(
    private readonly secrets: Secrets,
    private readonly browser: Browser,
    private readonly clock: Clock,
  ) {}

  async seal(progress: SignInProgress, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const sealed: SealedProgress = {
      ...progress,
      browser: this.browser.binding(request, reply),
      expiresAt: this.clock.now() + lifetimeSeconds,
    };
    return this.secrets.seal('sign-in-progress', sealed);
  }

  /** The sign-in under way; undefined if it is forged, expired, or belongs to another browser. */
  async open(sealed: string, request: FastifyRequest): Promise<SignInProgress | undefined> {
    const progress = (await this.secrets.unseal('sign-in-progress', sealed)) as SealedProgress | undefined;
    const isUsable =
      progress && progress.expiresAt > this.clock.now() && this.browser.isBoundTo(request, progress.browser);
    return isUsable ? progress : undefined;
  }
}
