import type { CertificateHeader } from '../proof/certificate.js';
import type { RefusalExceptions } from '../refusal/refusal-exceptions.js';
import { isObject } from '../request/members.js';
import type { RoleMapping, ScopeMapping } from '../token/name-mapping.js';
import type { TokenCookie } from '../request/service-rules.js';
import type {
  BearerOptions,
  DpopOptions,
  IntrospectionOptions,
  IssuerOptions,
  KeyOptions,
  NonceOptions,
  ResolvedIssuer,
  RevocationOptions,
  VerificationOptions,
} from './bearer-options.js';
import { nearest } from './nearest.js';
import type { ResourceMetadataOptions } from './resource-metadata.js';

/** The names of the members of an options object. `true` stands for a value that is not an object of options itself. */
export type OptionNames<Options> = Readonly<Record<keyof Options, true | Nested>>;

interface Nested {
  readonly names: Readonly<Record<string, true | Nested>>;
  /** Whether the value is a list of such objects. */
  readonly isList?: boolean;
  /** Whether the value may also be something else, such as a boolean or an object of the service's own. */
  readonly isOther?: (value: unknown) => boolean;
}

const nested = <Options>(names: OptionNames<Options>, more: Omit<Nested, 'names'> = {}): Nested => ({
  names,
  ...more,
});
const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isStaticKeys = (value: unknown): boolean =>
  Array.isArray(value) || (isObject(value) && 'keys' in value);

export const scopeNames = nested<ScopeMapping>({ claim: true, names: true });
export const roleNames = nested<RoleMapping>({ claim: true, names: true });

const verificationNames: OptionNames<VerificationOptions> = {
  algorithms: true,
  clockTolerance: true,
  profile: true,
  address: true,
  jwksUri: true,
  allowHttp: true,
  introspection: nested<IntrospectionOptions>({
    clientId: true,
    clientSecret: true,
    endpoint: true,
    cacheFor: true,
    missingAudience: true,
  }),
  revocations: nested<RevocationOptions>({ clientId: true, clientSecret: true, onLoss: true, bound: true }),
  keys: nested<KeyOptions>(
    { refreshAfter: true, maxAge: true, staleFor: true, cooldown: true },
    { isOther: isStaticKeys },
  ),
  cacheSize: true,
  scopes: scopeNames,
  roles: roleNames,
};

const nonceNames = nested<NonceOptions>(
  { secret: true, lifetime: true },
  { isOther: (value) => isObject(value) && 'check' in value },
);

const dpopNames = nested<DpopOptions>(
  {
    required: true,
    algorithms: true,
    maxAge: true,
    clockTolerance: true,
    nonce: nonceNames,
    replayCacheSize: true,
    replays: true,
  },
  { isOther: isBoolean },
);

/** The options that every verifier has, those of the issuers and one's own. */
export const guardOptionNames = {
  realm: true,
  logRefusals: true,
  explain: true,
  exceptions: nested<RefusalExceptions>({ ws: true, rpc: true }),
  now: true,
  dpop: dpopNames,
  mtls: nested<CertificateHeader>({ header: true, trustedProxies: true }, { isOther: isFunction }),
  origin: true,
  onVerified: true,
  onRefused: true,
  metrics: true,
  tokenFrom: nested<TokenCookie>({ cookie: true }, { isOther: isFunction }),
  validators: true,
  user: true,
} as const;

/** The options of an issuer that was resolved at run time. */
export const resolvedIssuerNames: OptionNames<ResolvedIssuer> = { ...verificationNames, audience: true };

export const bearerOptionNames: OptionNames<BearerOptions> = {
  ...verificationNames,
  ...guardOptionNames,
  issuer: true,
  issuers: nested<IssuerOptions>(
    { ...resolvedIssuerNames, issuer: true },
    { isList: true, isOther: isFunction },
  ),
  audience: true,
  fetch: true,
};

export const resourceMetadataNames = nested<ResourceMetadataOptions>(
  { resource: true, name: true, documentation: true, scopes: true, authorizationServers: true },
  { isOther: isBoolean },
);

/**
 * Checks that every member of an options object, and of the objects in it, is an option.
 *
 * @param where what the options are for, in the message: `BearerModule`
 * @throws {TypeError} naming the first member that is not an option
 */
export function checkOptionNames(where: string, options: unknown, names: Nested['names']): void {
  checkObject(where, '', options, { names });
}

function checkObject(where: string, path: string, value: unknown, shape: Nested): void {
  if (!isObject(value) || Array.isArray(value)) {
    throw new TypeError(`${where}: ${path === '' ? 'the options' : path} must be an object`);
  }
  for (const [name, member] of Object.entries(value)) {
    const inner = path === '' ? name : `${path}.${name}`;
    const known = Object.hasOwn(shape.names, name) ? shape.names[name] : undefined;
    if (known === undefined) throw unknownOption(where, inner, name, Object.keys(shape.names));
    if (known !== true) checkNested(where, inner, member, known);
  }
}

function checkNested(where: string, path: string, value: unknown, shape: Nested): void {
  if (value === undefined || shape.isOther?.(value)) return;
  if (shape.isList !== true) return checkObject(where, path, value, shape);
  if (!Array.isArray(value)) throw new TypeError(`${where}: ${path} must be a list`);
  value.forEach((one, index) => checkObject(where, `${path}[${index}]`, one, shape));
}

function unknownOption(where: string, path: string, name: string, known: readonly string[]): TypeError {
  const meant = nearest(name, known);
  const hint = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`;
  return new TypeError(`${where}: ${path} is not an option; ${hint}`);
}
