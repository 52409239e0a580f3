import type { Observer } from '../telemetry/observer.js';
import type { VerifierRules } from '../token/token-verifier.js';
import type { BearerOptions, IssuerOptions } from './bearer-options.js';
import { type IntrospectionSettings, introspectionSettings } from './introspection-settings.js';
import { type KeySettings, keySettings } from './key-settings.js';
import { type RevocationSettings, revocationSettings } from './revocation-settings.js';
import { type ShapeSettings, shapeSettings } from './shape-settings.js';
import { check, count, flag, isSecureUrl, isText, seconds, texts } from './checks.js';

/** The options for one issuer: checked, with every default filled in. */
export interface IssuerSettings {
  readonly issuer: string;
  /** The address at which the issuer is reached; its identifier, unless an option says otherwise. */
  readonly address: string;
  readonly allowHttp: boolean;
  readonly audience: readonly string[];
  readonly algorithms: readonly string[];
  readonly clockTolerance: number;
  readonly introspection: IntrospectionSettings | undefined;
  readonly revocations: RevocationSettings | undefined;
  readonly keys: KeySettings;
  readonly cacheSize: number;
  readonly shapes: ShapeSettings;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** Milliseconds of a monotonic clock. */
  readonly elapsed: () => number;
  /** What wants to know of the calls of the issuer; `undefined` if nothing does. */
  readonly observer: Observer | undefined;
}

/** What is the same for all issuers of a service. */
export type IssuerDefaults = Omit<BearerOptions, 'issuer' | 'issuers'> & {
  readonly observer: Observer | undefined;
};

const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'];
const MORE_ALGORITHMS = ['ES384', 'ES512', 'RS384', 'RS512', 'PS384', 'PS512', 'Ed25519'];
const KNOWN_ALGORITHMS = new Set([...ALGORITHMS, ...MORE_ALGORITHMS]);

/** @throws {TypeError} naming the wrong option */
export function issuersSettings(
  issuers: readonly IssuerOptions[],
  defaults: IssuerDefaults,
): readonly IssuerSettings[] {
  check(issuers.length > 0, 'issuers', 'must name an issuer');
  const settings = issuers.map((own) => issuerSettings(own, defaults));
  check(
    new Set(settings.map((one) => one.issuer)).size === settings.length,
    'issuers',
    'must not contain an issuer twice',
  );
  return settings;
}

/** Algorithms of signatures, by their names in JOSE. @throws {TypeError} naming the wrong option */
export function checkedAlgorithms(name: string, algorithms: readonly string[]): readonly string[] {
  check(
    Array.isArray(algorithms) &&
      algorithms.length > 0 &&
      algorithms.every((alg) => KNOWN_ALGORITHMS.has(alg)),
    name,
    `must be a list of ${[...KNOWN_ALGORITHMS].join(', ')}`,
  );
  return algorithms;
}

/**
 * The settings of one issuer: its own options, and those of the service for the rest.
 *
 * @throws {TypeError} naming the wrong option
 */
export function issuerSettings(own: IssuerOptions, defaults: IssuerDefaults): IssuerSettings {
  const options = { ...defaults, ...givenIn(own) };
  const { introspection, address } = options;
  const allowHttp = flag('allowHttp', options.allowHttp, false);
  const issuer = checkedIssuer('issuer', options.issuer, allowHttp);
  const audience = texts('audience', options.audience);
  return {
    issuer,
    address: address === undefined ? issuer : checkedIssuer('address', address, allowHttp),
    allowHttp,
    audience,
    algorithms: checkedAlgorithms('algorithms', options.algorithms ?? ALGORITHMS),
    clockTolerance: seconds('clockTolerance', options.clockTolerance, 5),
    introspection: introspection && introspectionSettings(introspection, allowHttp),
    revocations: options.revocations && revocationSettings(options.revocations),
    keys: keySettings(options.keys, options.jwksUri, allowHttp),
    cacheSize: count('cacheSize', options.cacheSize, 5000),
    shapes: shapeSettings(options, audience),
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    now: options.now ?? Date.now,
    elapsed: options.now ?? (() => performance.now()),
    observer: options.observer,
  };
}

/** The settings for a part of the service with another audience or other names for scopes or roles. */
export function narrowedSettings(
  settings: IssuerSettings,
  { audience = settings.audience, ...names }: VerifierRules,
): IssuerSettings {
  const { options } = settings.shapes;
  const shapes = shapeSettings(
    { ...options, scopes: names.scopes ?? options.scopes, roles: names.roles ?? options.roles },
    audience,
  );
  return { ...settings, audience, shapes };
}

// RFC 8414 §2: "a URL that uses the "https" scheme and has no query or fragment components"
function checkedIssuer(option: string, url: string, allowHttp: boolean): string {
  const rule = 'must be an https URL (http on loopback, or with allowHttp)';
  check(isText(url) && isSecureUrl(url, allowHttp), option, rule);
  check(!/[?#]/.test(url), option, 'must have neither query nor fragment');
  return url;
}

// A member without a value does not replace that of the service. Only the audience must not be left to it by mistake.
function givenIn(own: IssuerOptions): IssuerOptions {
  const given = Object.entries(own).filter(([name, value]) => value !== undefined || name === 'audience');
  return Object.fromEntries(given) as unknown as IssuerOptions;
}
