import type { BearerOptions, IntrospectionOptions, IssuerOptions, KeyOptions } from './bearer-options.js';
import { type ScopeReader, scopeReader } from '../token/scope-reader.js';
import { type RevocationSettings, revocationSettings } from './revocation-settings.js';
import { check, count, isSecureUrl, isText, seconds, texts } from './checks.js';

/** The options for one issuer: checked, with every default filled in. */
export interface IssuerSettings {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly algorithms: readonly string[];
  readonly clockTolerance: number;
  readonly introspection: Required<IntrospectionOptions> | undefined;
  readonly revocations: RevocationSettings | undefined;
  readonly keys: Required<KeyOptions>;
  readonly cacheSize: number;
  readonly scopes: ScopeReader;
  readonly fetch: typeof fetch;
  readonly now: () => number;
}

const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'];
const MORE_ALGORITHMS = ['ES384', 'ES512', 'RS384', 'RS512', 'PS384', 'PS512', 'Ed25519'];
const KNOWN_ALGORITHMS = new Set([...ALGORITHMS, ...MORE_ALGORITHMS]);
const KEYS: Required<KeyOptions> = { refreshAfter: 300, maxAge: 600, staleFor: 3600, cooldown: 30 };

/**
 * The settings of each issuer: its own options, and those of the service for the rest.
 *
 * @throws {TypeError} naming the wrong option
 */
export function issuersSettings(options: BearerOptions): [IssuerSettings, ...IssuerSettings[]] {
  const { issuer, issuers } = options;
  check((issuer === undefined) !== (issuers === undefined), 'issuer', 'or issuers is required, but not both');
  const [first, ...others] = issuers ?? [{ issuer: issuer as string }];
  check(first !== undefined, 'issuers', 'must name an issuer');
  const settings = [first, ...others].map((own) => issuerSettings({ ...options, ...own }));
  check(
    new Set(settings.map((one) => one.issuer)).size === settings.length,
    'issuers',
    'must not contain an issuer twice',
  );
  return settings as [IssuerSettings, ...IssuerSettings[]];
}

/** Algorithms of signatures, by their names in JOSE. @throws {TypeError} naming the wrong option */
export function checkedAlgorithms(name: string, algorithms: readonly string[]): readonly string[] {
  check(
    algorithms.length > 0 && algorithms.every((alg) => KNOWN_ALGORITHMS.has(alg)),
    name,
    `must be a list of ${[...KNOWN_ALGORITHMS].join(', ')}`,
  );
  return algorithms;
}

function issuerSettings(options: BearerOptions & IssuerOptions): IssuerSettings {
  return {
    issuer: checkedIssuer(options.issuer),
    audience: texts('audience', options.audience),
    algorithms: checkedAlgorithms('algorithms', options.algorithms ?? ALGORITHMS),
    clockTolerance: seconds('clockTolerance', options.clockTolerance, 5),
    introspection: options.introspection && introspectionSettings(options.introspection),
    revocations: options.revocations && revocationSettings(options.revocations),
    keys: keySettings(options.keys ?? {}),
    cacheSize: count('cacheSize', options.cacheSize, 5000),
    scopes: scopeReader(options.scopes),
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    now: options.now ?? Date.now,
  };
}

function introspectionSettings(options: IntrospectionOptions): Required<IntrospectionOptions> {
  const { clientId, clientSecret, cacheFor } = options;
  check(isText(clientId) && isText(clientSecret), 'introspection', 'needs clientId and clientSecret');
  return { clientId, clientSecret, cacheFor: seconds('introspection.cacheFor', cacheFor, 5) };
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
