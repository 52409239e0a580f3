import { Logger } from '@nestjs/common';
import { Line } from '../fetch/line.js';
import { RemoteDocument } from '../fetch/remote-document.js';
import type { Resolution, ResolverSettings } from '../settings/resolver-settings.js';
import { VerifierUnavailable } from '../token/token-verifier.js';
import type { IssuerDirectory } from './issuer-directory.js';
import { IssuerVerifier } from './issuer-verifier.js';

/** How many issuers are kept. Beyond that, those that were not used for longest are dropped. */
const MAX_ISSUERS = 1_000;
/** For how long, in seconds, the service is not asked again about an issuer. */
const AGES = { refreshAfter: 300, maxAge: 600, staleFor: 600 };
/** Issuers that are not trusted are kept for a shorter time, and apart, so that they cannot displace others. */
const UNTRUSTED_FOR_MS = 30_000;
const MAX_UNTRUSTED = 10_000;
/** Anybody can name issuers in tokens: so many are resolved at once, and so many wait. Further ones get 503. */
const MAX_AT_ONCE = 16;
const MAX_WAITING = 512;

interface Trusted extends Resolution {
  readonly verifier: IssuerVerifier;
}

/** `undefined` if the issuer is not trusted, or not trusted any more. */
type Outcome = { readonly trusted: Trusted | undefined };

/** Issuers that the service resolves at run time, each when its first token comes. */
export class ResolvedIssuers implements IssuerDirectory {
  readonly areListed = false;
  readonly description = 'an issuer that the option issuers resolves';
  readonly #settings: ResolverSettings;
  /** The ones that were not used for longest first. */
  readonly #entries = new Map<string, RemoteDocument<Outcome>>();
  readonly #pending = new Map<string, Promise<IssuerVerifier | undefined>>();
  /** The ones that could not be resolved yet, with the time of the next attempt. */
  readonly #failing = new Map<string, RemoteDocument<Outcome>>();
  readonly #untrustedUntil = new Map<string, number>();
  readonly #verifiers = new Map<string, IssuerVerifier>();
  readonly #line = new Line(MAX_AT_ONCE, MAX_WAITING);
  readonly #log = new Logger('BearerModule');

  constructor(settings: ResolverSettings) {
    this.#settings = settings;
  }

  get all(): readonly IssuerVerifier[] {
    return [...this.#verifiers.values()];
  }

  known(issuer: string): IssuerVerifier | undefined {
    return this.#entries.get(issuer)?.usable?.trusted?.verifier;
  }

  async find(issuer: unknown): Promise<IssuerVerifier | undefined> {
    const { isIssuer, elapsed } = this.#settings;
    if (!isIssuer(issuer)) return undefined;
    const known = this.known(issuer);
    if (known !== undefined) return known;
    if ((this.#untrustedUntil.get(issuer) ?? -Infinity) > elapsed()) return undefined;
    const pending = this.#pending.get(issuer) ?? this.#findOut(issuer);
    this.#pending.set(issuer, pending);
    return pending;
  }

  close(): void {
    for (const { connection } of this.#verifiers.values()) connection.close();
  }

  async #findOut(issuer: string): Promise<IssuerVerifier | undefined> {
    try {
      if (this.#line.isFull) throw new VerifierUnavailable('Too many issuers are being resolved', 1);
      const entry = this.#entries.get(issuer) ?? this.#failing.get(issuer) ?? this.#entryFor(issuer);
      const { trusted } = await this.#line.run(() => entry.current());
      return trusted?.verifier;
    } finally {
      this.#pending.delete(issuer);
    }
  }

  #entryFor(issuer: string): RemoteDocument<Outcome> {
    let known: Trusted | undefined;
    const entry = new RemoteDocument<Outcome>({
      ...AGES,
      name: 'The options of the issuer',
      elapsed: this.#settings.elapsed,
      report: (message) => this.#log.warn(`${message} (${issuer})`),
      load: async () => {
        known = await this.#resolve(issuer, known);
        this.#failing.delete(issuer);
        if (known === undefined) this.#drop(issuer);
        else this.#keep(issuer, entry, known.verifier);
        return { trusted: known };
      },
    });
    this.#failing.set(issuer, entry);
    trim(this.#failing, MAX_ISSUERS);
    return entry;
  }

  async #resolve(issuer: string, known: Trusted | undefined): Promise<Trusted | undefined> {
    const resolution = await this.#settings.resolve(issuer, known);
    if (resolution === undefined) {
      this.#noteUntrusted(issuer);
      return undefined;
    }
    return resolution === known
      ? known
      : { ...resolution, verifier: new IssuerVerifier(resolution.settings) };
  }

  #keep(issuer: string, entry: RemoteDocument<Outcome>, verifier: IssuerVerifier): void {
    const previous = this.#verifiers.get(issuer);
    if (previous !== verifier) previous?.connection.close();
    this.#entries.delete(issuer);
    this.#entries.set(issuer, entry);
    this.#verifiers.set(issuer, verifier);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_ISSUERS && oldest !== undefined) this.#drop(oldest);
  }

  #drop(issuer: string): void {
    this.#entries.delete(issuer);
    this.#verifiers.get(issuer)?.connection.close();
    this.#verifiers.delete(issuer);
  }

  #noteUntrusted(issuer: string): void {
    this.#untrustedUntil.delete(issuer);
    this.#untrustedUntil.set(issuer, this.#settings.elapsed() + UNTRUSTED_FOR_MS);
    trim(this.#untrustedUntil, MAX_UNTRUSTED);
  }
}

/** Drops the oldest entry beyond the limit. */
function trim(entries: Map<string, unknown>, limit: number): void {
  const [oldest] = entries.keys();
  if (entries.size > limit && oldest !== undefined) entries.delete(oldest);
}
