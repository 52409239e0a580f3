import { createPublicKey, type KeyObject } from 'node:crypto';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { JWK } from 'jose';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { SigningKey } from '../persistence/entities/signing-key.entity.js';
import { LeasesStore } from '../persistence/stores/leases.store.js';
import { SigningKeysStore } from '../persistence/stores/signing-keys.store.js';
import { withinTime } from '../persistence/time-limit.js';
import { type Signer, type SigningAlgorithm, signingAlgorithms } from './jws.js';
import { KeyMaker } from './key-maker.js';
import { nextKey } from './next-key.js';
import { Signers } from './signers/signers.js';

/** The key that signs with its algorithm. */
export interface ActiveKey {
  readonly kid: string;
  readonly signer: Signer;
}

/** A key for the verification of signatures. */
export interface VerificationKey {
  readonly alg: SigningAlgorithm;
  readonly publicKey: KeyObject;
}

/** Until when a key matters. Times are seconds since the epoch. */
export interface KeyTimes {
  /** Until when it is in the JWKS; null if it is not retired. */
  readonly publishedUntil: number | null;
  /** When the last token that it has signed until now expires; null if it never signed. */
  readonly lastTokenExpires: number | null;
}

interface Ring {
  readonly active: ReadonlyMap<string, ActiveKey>;
  readonly byKid: ReadonlyMap<string, VerificationKey>;
  readonly published: readonly JWK[];
  /** By the monotonic clock. */
  readonly loadedAt: number;
}

/** The ring is read again after this time, so that a rotation by another process is seen. */
const refreshAfterSeconds = 10;
/** A ring older than this is read again before it is used: the process may have been idle for hours. */
const maxAgeSeconds = 60;
/** Invented kids, and requests for the JWKS, cause one read in this time. */
const minReloadIntervalSeconds = 1;
/** The JWKS waits this long for the database. */
const publicationWaitMilliseconds = 500;
/** After it has left the JWKS, a retired key can verify an id_token_hint for this time. */
const hintRetentionSeconds = 180 * 86_400;
/** Extra time in the JWKS, for replicas that have not seen a rotation yet, and for clock skew. */
const publicationMarginSeconds = 120;

/** What every server signs with: ID tokens by default, and access tokens. Keys of other algorithms are made when a client asks for one. */
const firstAlgorithms: readonly SigningAlgorithm[] = ['RS256', 'ES256'];

/** The signing keys: one active and one next key per algorithm, and retired ones whose tokens may still be active. */
@Injectable()
export class KeyRing implements OnModuleInit {
  private readonly logger = new Logger(KeyRing.name);
  private ring: Ring;
  private reloading: Promise<void> | undefined;
  private making: Promise<void> = Promise.resolve();
  /** Called when a key is gone, so that what was verified with it is forgotten. */
  onGone: (() => void) | undefined;

  constructor(
    private readonly keys: SigningKeysStore,
    private readonly leases: LeasesStore,
    private readonly changes: Changes,
    private readonly maker: KeyMaker,
    private readonly signers: Signers,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.signers.start(firstAlgorithms);
    await this.maker.makeMissing(firstAlgorithms);
    await this.reload();
  }

  /** The algorithms that there are keys of. */
  get algorithms(): SigningAlgorithm[] {
    return signingAlgorithms.filter((alg) => this.ring.active.has(alg));
  }

  /** The algorithms that clients can ask for: there are keys of them, or can be. */
  get offered(): SigningAlgorithm[] {
    return signingAlgorithms.filter((alg) => this.ring.active.has(alg) || this.signers.current.supports(alg));
  }

  /** Makes and publishes keys of these algorithms, where there are none: before the first signature with them. */
  async provide(algorithms: readonly SigningAlgorithm[]): Promise<void> {
    const isMissing = (): boolean => algorithms.some((alg) => !this.ring.active.has(alg));
    if (!isMissing()) return;
    // One after another: those who ask at once get the same keys.
    this.making = this.making
      .catch(() => undefined)
      .then(async () => {
        if (!isMissing()) return;
        await this.maker.makeMissing(algorithms);
        await this.reload();
      });
    await this.making;
  }

  /** The key that signs with this algorithm. */
  async active(alg: SigningAlgorithm): Promise<ActiveKey> {
    if (this.isStale()) await this.refresh();
    if (!this.ring.active.has(alg)) await this.provide([alg]);
    const key = this.ring.active.get(alg);
    if (!key) throw new Error(`there is no active ${alg} key`);
    return key;
  }

  /** A key by its id, retired ones included. */
  async find(kid: string): Promise<VerificationKey | undefined> {
    if (this.isStale()) await this.refresh();
    const known = this.ring.byKid.get(kid);
    if (known || this.age() < minReloadIntervalSeconds) return known;
    // Another process may have just created it.
    await this.reloadOnce();
    return this.ring.byKid.get(kid);
  }

  /**
   * The keys of the JWKS (RFC 7517 §5): next keys before they sign, retired ones until their last token has expired. As they were last
   * read while the database is away.
   */
  async published(): Promise<readonly JWK[]> {
    if (this.age() >= minReloadIntervalSeconds) {
      const reloaded = this.reloadOnce().catch((error: Error) => this.warn(error));
      await withinTime(publicationWaitMilliseconds, reloaded, () => undefined);
    }
    return this.ring.published;
  }

  /**
   * Next keys become active, active keys retire, and new next keys are published. Keys of an algorithm without any are made before.
   * @param force whether keys may sign that cached key sets lack
   * @returns the kids of the active keys
   * @throws ConflictException if a next key was published less than a minute ago; no key is rotated then
   */
  async rotate(
    algorithms: readonly SigningAlgorithm[],
    actor: Originator,
    { force = false }: { force?: boolean } = {},
  ): Promise<string[]> {
    await this.provide(algorithms);
    const kept = await this.keys.kept(this.clock.now());
    for (const alg of algorithms) nextKey(kept, alg, this.clock.now(), force);
    const activated: string[] = [];
    for (const alg of algorithms) {
      const now = this.clock.now();
      const successor = await this.maker.make(alg, 'next');
      try {
        activated.push(
          await this.changes.change(
            (kid) => ({ event: 'key.rotated', actor, detail: { alg, kid } }),
            async (tx) => {
              await this.leases.serialise(tx, 'signing-keys');
              const next = nextKey(await this.keys.ofAlgorithm(tx, alg), alg, now, force);
              await this.keys.retireActive(tx, alg, now, now + this.maxTokenSeconds() + hintRetentionSeconds);
              await this.keys.activate(tx, next.kid, now);
              await this.keys.insert(tx, successor);
              return next.kid;
            },
          ),
        );
      } catch (error) {
        await this.maker.destroy(successor);
        throw error;
      }
    }
    await this.reload();
    return activated;
  }

  /** Begins to read the keys again in the background, if that is due. */
  touch(): void {
    if (this.isStale()) this.reloadOnce().catch((error: Error) => this.warn(error));
  }

  /** Reads the keys again, after a change of this process. */
  async reloadNow(): Promise<void> {
    await this.reload();
  }

  timesOf({ activatedAt, retiredAt }: Pick<SigningKey, 'activatedAt' | 'retiredAt'>): KeyTimes {
    return {
      publishedUntil: retiredAt === null ? null : this.publishedUntil(retiredAt),
      lastTokenExpires:
        activatedAt === null ? null : (retiredAt ?? this.clock.now()) + this.maxTokenSeconds(),
    };
  }

  /** Until when a key is in the JWKS that retires at this time. */
  publishedUntil(retiredAt: number): number {
    return retiredAt + this.maxTokenSeconds() + publicationMarginSeconds;
  }

  private async reload(): Promise<void> {
    const now = this.clock.now();
    const loadedAt = this.clock.monotonic();
    const stored = await this.keys.kept(now);
    const active = new Map<string, ActiveKey>();
    const byKid = new Map<string, VerificationKey>();
    for (const key of stored) {
      byKid.set(key.kid, {
        alg: key.alg as SigningAlgorithm,
        publicKey: createPublicKey({ key: JSON.parse(key.publicJwk), format: 'jwk' }),
      });
      if (key.state === 'active') active.set(key.alg, { kid: key.kid, signer: await this.signerOf(key) });
    }
    const published = stored
      .filter((key) => this.isPublished(key, now))
      .map((key) => JSON.parse(key.publicJwk) as JWK);
    const former = this.ring?.byKid ?? new Map<string, VerificationKey>();
    this.ring = { active, byKid, published, loadedAt };
    if ([...former.keys()].some((kid) => !byKid.has(kid))) this.onGone?.();
  }

  private async signerOf(key: SigningKey): Promise<Signer> {
    const known = this.ring?.active.get(key.alg);
    return known?.kid === key.kid ? known.signer : this.signers.named(key.signer).open(key);
  }

  private isPublished(key: SigningKey, now: number): boolean {
    return key.retiredAt === null || this.publishedUntil(key.retiredAt) > now;
  }

  private maxTokenSeconds(): number {
    return Math.max(this.settings.lifetimes.accessToken, this.settings.lifetimes.idToken);
  }

  private isStale(): boolean {
    return this.age() >= refreshAfterSeconds;
  }

  /** Seconds since the keys were read. */
  private age(): number {
    return this.clock.monotonic() - this.ring.loadedAt;
  }

  /** Reloads in the background while the ring may still be used; otherwise the caller waits. */
  private async refresh(): Promise<void> {
    const reloaded = this.reloadOnce();
    if (this.age() >= maxAgeSeconds) return reloaded;
    reloaded.catch((error: Error) => this.warn(error));
  }

  private warn({ message }: Error): void {
    this.logger.warn(`the signing keys could not be read again: ${message}`);
  }

  private reloadOnce(): Promise<void> {
    this.reloading ??= this.reload().finally(() => (this.reloading = undefined));
    return this.reloading;
  }
}
