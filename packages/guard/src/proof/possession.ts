import type { AccessToken } from '../token/access-token.js';
import type { Carrier } from '../request/carrier.js';
import type { Presented } from '../request/credentials.js';
import type { Refusals } from '../refusal/refusals.js';
import { setHeader } from '../refusal/refusal-journal.js';
import type { CertificateReader } from './certificate.js';
import { InvalidProof, type Proof, type ProofRules, readProof } from './dpop-proof.js';
import type { NonceSource } from './nonces.js';
import type { ReplayStore } from './replays.js';
import { type ProofTarget, targetOf } from './target.js';

const PROVEN = Symbol('@eyrie/guard:proven');
const NOT_HERE = 'The access token is bound to a key, which cannot be proven in this request';

/** The rules for bound tokens: the options of the service, checked, with every default filled in. */
export interface PossessionSettings extends ProofRules {
  /** Whether DPoP proofs are checked. If not, tokens bound to a key are refused. */
  readonly accepted: boolean;
  /** Whether tokens that are not bound to a key are refused. */
  readonly required: boolean;
  /** Whether challenges offer DPoP if a request has no token: not, beside Bearer, or alone. */
  readonly offered: 'no' | 'beside' | 'alone';
  readonly nonces: NonceSource | undefined;
  readonly replays: ReplayStore;
  /** The origins at which clients reach the service; empty if they are not known. */
  readonly origins: readonly string[];
  readonly certificateOf: CertificateReader;
}

/** What a token is bound to (RFC 7800 §3.1). Unknown members are ignored. */
interface Confirmation {
  /** Thumbprint of the key that DPoP proofs must be made with (RFC 9449 §6.1). */
  readonly jkt: string | undefined;
  /** Thumbprint of the client's certificate (RFC 8705 §3.1). */
  readonly x5t: string | undefined;
}

/** The check of a request's proof, under way or done. */
interface Proving {
  /** Identifies the proof, the key and the token. */
  readonly of: string;
  readonly done: Promise<void>;
}

/** Checks that a request proves possession of the key or certificate to which its token is bound. */
export class Possession {
  readonly #settings: PossessionSettings;

  constructor(settings: PossessionSettings) {
    this.#settings = settings;
  }

  /** The checks of a part of the service, which clients may also reach at these origins. */
  ofPart(origins: readonly string[]): Possession {
    return new Possession({
      ...this.#settings,
      origins: [...new Set([...this.#settings.origins, ...origins])],
    });
  }

  /** Whether this token needs no proof, as in most requests. */
  isBearer({ scheme }: Presented, { claims }: AccessToken): boolean {
    return scheme === 'Bearer' && claims['cnf'] === undefined && !this.#settings.required;
  }

  /**
   * Checks the proof that the token needs.
   *
   * @param now seconds since the epoch
   * @throws {BearerError} if the proof is missing or invalid
   * @throws {VerifierUnavailable} if it is not known whether the proof was used before
   */
  async check(
    presented: Presented,
    token: AccessToken,
    carrier: Carrier,
    refusals: Refusals,
    now: number,
  ): Promise<void> {
    const { scheme } = presented;
    const bound = confirmationOf(token.claims['cnf']);
    if (bound === 'unknown') {
      const finding = { check: 'cnf', expected: 'jkt or x5t#S256', received: token.claims['cnf'] };
      throw refusals.invalidToken(scheme, 'The access token is bound in an unknown way', finding);
    }
    if (bound.x5t !== undefined) this.#checkCertificate(bound.x5t, scheme, carrier, refusals);
    if (bound.jkt !== undefined) return this.#checkProof(presented, bound.jkt, carrier, refusals, now);
    if (scheme === 'DPoP' || this.#settings.required) {
      const finding = { check: 'cnf', expected: 'jkt', received: token.claims['cnf'] };
      throw refusals.invalidToken('DPoP', 'The access token is not bound to a key', finding);
    }
  }

  #checkCertificate(
    expected: string,
    scheme: Presented['scheme'],
    { request }: Carrier,
    refusals: Refusals,
  ): void {
    const received = this.#settings.certificateOf(request);
    if (received === expected) return;
    const description = 'The access token is bound to a certificate that the request does not present';
    throw refusals.invalidToken(scheme, description, { check: 'cnf x5t#S256', expected, received });
  }

  async #checkProof(
    { scheme, token }: Presented,
    jkt: string,
    carrier: Carrier,
    refusals: Refusals,
    now: number,
  ): Promise<void> {
    const { accepted, origins } = this.#settings;
    // RFC 9449 §7.2: a bound token without a proof may be stolen.
    if (scheme === 'Bearer') {
      const description = 'The access token is bound to a key and cannot be used as bearer token';
      throw refusals.boundToken(description, { check: 'scheme', expected: 'DPoP', received: 'Bearer' });
    }
    const target = accepted ? targetOf(carrier.request, origins) : undefined;
    if (target === undefined) throw refusals.invalidToken(scheme, NOT_HERE, { check: 'DPoP' });
    if (target.uris.length === 0) {
      const finding = { check: 'option origin', expected: 'the origin of this service', received: undefined };
      throw refusals.invalidToken(scheme, NOT_HERE, finding);
    }
    // One request may be checked several times, even concurrently, for the fields of a GraphQL operation. That is not a replay.
    const holder = carrier.holder as { [PROVEN]?: Proving };
    const header = carrier.request.headers['dpop'];
    const of = `${String(header)} ${jkt} ${token}`;
    if (holder[PROVEN]?.of !== of) {
      holder[PROVEN] = { of, done: this.#prove({ ...target, token }, jkt, carrier, refusals, now) };
    }
    try {
      await holder[PROVEN].done;
    } catch (error) {
      delete holder[PROVEN];
      throw error;
    }
  }

  async #prove(
    target: ProofTarget,
    jkt: string,
    carrier: Carrier,
    refusals: Refusals,
    now: number,
  ): Promise<void> {
    try {
      const proof = await readProof(carrier.request.headers['dpop'], target, this.#settings, now);
      if (proof.jkt !== jkt) {
        const finding = { check: 'cnf jkt', expected: jkt, received: proof.jkt };
        throw refusals.invalidToken('DPoP', 'The access token is bound to another key', finding);
      }
      this.#checkNonce(proof, carrier, refusals, now);
      await this.#checkReplay(proof, now);
    } catch (error) {
      if (error instanceof InvalidProof) throw refusals.invalidProof(error.message, error.finding, error);
      throw error;
    }
  }

  // RFC 9449 §9: "The server can also supply the new nonce in the response … with a 200 OK".
  #checkNonce({ nonce }: Proof, { response }: Carrier, refusals: Refusals, now: number): void {
    const { nonces } = this.#settings;
    if (nonces === undefined) return;
    const state = nonce === undefined ? 'bad' : nonces.check(nonce, now);
    if (state === 'bad') {
      const finding = { check: 'DPoP proof nonce', expected: 'a recently issued nonce', received: nonce };
      throw refusals.useNonce(nonces.current(now), finding);
    }
    if (state === 'ageing') setHeader(response, 'DPoP-Nonce', nonces.current(now));
  }

  async #checkReplay({ jti, jkt, until }: Proof, now: number): Promise<void> {
    if (await this.#settings.replays.note(`${jkt} ${jti}`, until, now)) return;
    const finding = { check: 'DPoP proof jti', expected: 'one not seen before', received: jti };
    throw new InvalidProof('The DPoP proof was used before', finding);
  }
}

function confirmationOf(cnf: unknown): Confirmation | 'unknown' {
  if (cnf === undefined) return { jkt: undefined, x5t: undefined };
  if (typeof cnf !== 'object' || cnf === null) return 'unknown';
  const { jkt, 'x5t#S256': x5t } = cnf as Record<string, unknown>;
  if (!isThumbprint(jkt) || !isThumbprint(x5t) || (jkt === undefined && x5t === undefined)) return 'unknown';
  return { jkt, x5t };
}

function isThumbprint(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && value !== '');
}
