import type { BearerOptions } from '@eyrie/guard';
import { Clock } from './clock.js';
import { type ContactsApp, startContacts } from './contacts-app.js';
import { DpopKey } from './dpop-key.js';
import { AUDIENCE, LocalIssuer } from './local-issuer.js';
import { type RawAnswer, rawRequest } from './raw-request.js';

/** The algorithms that the guard accepts by default. */
export const ALGS = 'ES256 EdDSA PS256 RS256';
/** The challenge for DPoP. */
export const DPOP = `DPoP realm="contacts", algs="${ALGS}"`;

/** What a proof is made of. */
export interface Ground {
  key: DpopKey;
  other: DpopKey;
  token: string;
  now: number;
  /** Where requests go. */
  address: string;
  /** What proofs are for: the URL at which clients know the service. */
  url: string;
  request: { method: string; url: string; token: string; now: number };
}

/** Makes a proof. */
export type Proof = (ground: Ground) => string | Promise<string>;

/** An issuer of tokens that are bound to a key, and services that accept them. */
export class DpopIssuer {
  issuer!: LocalIssuer;
  clock!: Clock;
  key!: DpopKey;
  other!: DpopKey;

  async start(): Promise<void> {
    this.issuer = await LocalIssuer.start();
    this.clock = new Clock();
    this.key = await DpopKey.generate();
    this.other = await DpopKey.generate();
  }

  async stop(): Promise<void> {
    await this.issuer.close();
  }

  seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  /** Issued now by the clock of the test, which stands while time goes on. */
  mint(claims: Record<string, unknown> = {}): Promise<string> {
    return this.issuer.mint({ iat: this.seconds(), ...claims });
  }

  /** A token that is bound to `key`. */
  bound(claims: Record<string, unknown> = {}): Promise<string> {
    return this.mint({ cnf: { jkt: this.key.thumbprint }, exp: this.seconds() + 3600, ...claims });
  }

  async ground(service: ContactsApp): Promise<Ground> {
    const [token, now, url] = [await this.bound(), this.seconds(), `${AUDIENCE}/contacts`];
    return {
      key: this.key,
      other: this.other,
      token,
      now,
      address: `${service.url}/contacts`,
      url,
      request: { method: 'GET', url, token, now },
    };
  }

  startService(options: Partial<BearerOptions> = {}): Promise<ContactsApp> {
    const { now } = this.clock;
    return startContacts({ issuer: this.issuer.url, audience: AUDIENCE, realm: 'contacts', now, ...options });
  }
}

/** A request with that token and those proofs. */
export function send(url: string, token: string, ...proofs: string[]): Promise<RawAnswer> {
  return rawRequest(url, [
    ['Authorization', `DPoP ${token}`],
    ...proofs.map((proof): [string, string] => ['DPoP', proof]),
  ]);
}

/** A proof with other claims. */
export const claims =
  (changes: (ground: Ground) => Record<string, unknown>): Proof =>
  (g) =>
    g.key.prove(g.request, changes(g));

/** A proof with another header. */
export const header =
  (changes: (ground: Ground) => Record<string, unknown>): Proof =>
  (g) =>
    g.key.prove(g.request, {}, changes(g));
