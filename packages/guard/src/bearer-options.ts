import { Refusals } from './bearer-error.js';

/** How tokens of an issuer are verified. Durations are in seconds. */
export interface BearerOptions {
  /** The issuer's identifier, exactly as its tokens and its metadata spell it: https, or http on loopback. */
  issuer: string;
  /** This service's identifier; with several, a token for any of them is accepted. */
  audience: string | readonly string[];
  /** Signature algorithms accepted. Default: ES256, RS256, PS256, EdDSA. Never `none` or an HMAC. */
  algorithms?: readonly string[];
  /** How far the clocks of issuer and service may be apart. Default: 5. */
  clockTolerance?: number;
  /** This service's credentials at the issuer's introspection endpoint; without them opaque tokens are refused. */
  introspection?: IntrospectionOptions;
  /** How the issuer's keys are kept. */
  keys?: KeyOptions;
  /** How many verified tokens are remembered; 0 remembers none. Default: 5000. */
  cacheSize?: number;
  /** Named in challenges. Default: the first audience. */
  realm?: string;
  /** Called in place of the global `fetch`. */
  fetch?: typeof fetch;
  /** The time, in milliseconds since the epoch. Default: `Date.now`. */
  now?: () => number;
}

export interface IntrospectionOptions {
  clientId: string;
  clientSecret: string;
  /** How long an answer is believed, never past the token's expiry; 0 asks each time. Default: 5. */
  cacheFor?: number;
}

export interface KeyOptions {
  /** Age at which keys are fetched again in the background. Default: 300. */
  refreshAfter?: number;
  /** Age at which a request waits for fresh keys. Default: 600. */
  maxAge?: number;
  /** Age up to which keys are used while the issuer is away. Default: 3600. */
  staleFor?: number;
  /** Shortest time between two fetches for the sake of an unknown `kid`. Default: 30. */
  cooldown?: number;
}

/** {@link BearerOptions} checked, with every default filled in. */
export interface BearerSettings {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly algorithms: readonly string[];
  readonly clockTolerance: number;
  readonly introspection: Required<IntrospectionOptions> | undefined;
  readonly keys: Required<KeyOptions>;
  readonly cacheSize: number;
  readonly refusals: Refusals;
  readonly fetch: typeof fetch;
  readonly now: () => number;
}

const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'];
const MORE_ALGORITHMS = ['ES384', 'ES512', 'RS384', 'RS512', 'PS384', 'PS512', 'Ed25519'];
const KNOWN_ALGORITHMS = new Set([...ALGORITHMS, ...MORE_ALGORITHMS]);
const KEYS: Required<KeyOptions> = { refreshAfter: 300, maxAge: 600, staleFor: 3600, cooldown: 30 };
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError} naming the option that is wrong
 */
export function bearerSettings(options: BearerOptions): BearerSettings {
  const audience = typeof options.audience === 'string' ? [options.audience] : [...(options.audience ?? [])];
  const [first] = audience;
  check(
    first !== undefined && audience.every(isText),
    'audience',
    'must be this service’s identifier, or a list of them',
  );
  const algorithms = options.algorithms ?? ALGORITHMS;
  check(
    algorithms.length > 0 && algorithms.every((alg) => KNOWN_ALGORITHMS.has(alg)),
    'algorithms',
    `must be a list of ${[...KNOWN_ALGORITHMS].join(', ')}`,
  );
  const { introspection } = options;
  check(
    introspection === undefined || (isText(introspection.clientId) && isText(introspection.clientSecret)),
    'introspection',
    'needs clientId and clientSecret',
  );
  const cacheSize = options.cacheSize ?? 5000;
  check(Number.isInteger(cacheSize) && cacheSize >= 0, 'cacheSize', 'must be a whole number, 0 or more');
  return {
    issuer: checkedIssuer(options.issuer),
    audience,
    algorithms,
    clockTolerance: seconds('clockTolerance', options.clockTolerance, 5),
    introspection: introspection && {
      clientId: introspection.clientId,
      clientSecret: introspection.clientSecret,
      cacheFor: seconds('introspection.cacheFor', introspection.cacheFor, 5),
    },
    keys: keySettings(options.keys ?? {}),
    cacheSize,
    refusals: new Refusals(options.realm ?? first),
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    now: options.now ?? Date.now,
  };
}

/**
 * Whether a URL is safe to ask for keys or about tokens: https, or http on loopback.
 */
export function isSecureUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
}

// RFC 8414 §2: "a URL that uses the "https" scheme and has no query or fragment components"
function checkedIssuer(issuer: string): string {
  check(isText(issuer) && isSecureUrl(issuer), 'issuer', 'must be an https URL (http on loopback only)');
  check(!/[?#]/.test(issuer), 'issuer', 'must have neither query nor fragment');
  return issuer;
}

function keySettings(options: KeyOptions): Required<KeyOptions> {
  const keys = {
    refreshAfter: seconds('keys.refreshAfter', options.refreshAfter, KEYS.refreshAfter),
    maxAge: seconds('keys.maxAge', options.maxAge, KEYS.maxAge),
    staleFor: seconds('keys.staleFor', options.staleFor, KEYS.staleFor),
    cooldown: seconds('keys.cooldown', options.cooldown, KEYS.cooldown),
  };
  check(keys.refreshAfter <= keys.maxAge, 'keys.refreshAfter', 'must not exceed keys.maxAge');
  check(keys.maxAge <= keys.staleFor, 'keys.maxAge', 'must not exceed keys.staleFor');
  return keys;
}

function seconds(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  check(Number.isFinite(value) && value >= 0, name, 'must be a number of seconds, 0 or more');
  return value;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function check(condition: boolean, name: string, rule: string): asserts condition {
  if (!condition) throw new TypeError(`BearerModule: ${name} ${rule}`);
}
