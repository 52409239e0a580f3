import { assertionAlgorithms } from '../../protocol/client-assertion.js';
import type { JwkSet } from '../../protocol/public-jwks.js';
import { defined } from '../client-changes.js';
import { type IssuerPresetName, issuerPresets } from './presets.js';

export const assertionSigningAlgorithms = assertionAlgorithms.private_key_jwt;

/**
 * What an issuer makes: ordinary JWTs (RFC 7523), identity assertions for a client (`oauth-id-jag+jwt`), or the tokens about people with
 * which services are called, and which they exchange (RFC 8693).
 */
export const assertionKinds = ['jwt', 'id-jag', 'subject-token'] as const;
export type AssertionKind = (typeof assertionKinds)[number];

/** Whom the access tokens are about: the client itself, or a user who exists here. */
export const assertedSubjects = ['client', 'user'] as const;
export type AssertedSubject = (typeof assertedSubjects)[number];

/** The members of a trusted issuer, as they are given. */
export interface TrustedIssuerMembers {
  readonly preset?: IssuerPresetName;
  readonly issuer?: string;
  readonly jwks_uri?: string;
  readonly jwks?: JwkSet;
  readonly algorithms?: readonly string[];
  readonly audiences?: readonly string[];
  readonly max_lifetime?: number;
  readonly require_jti?: boolean;
  readonly kind?: AssertionKind;
  readonly subject?: AssertedSubject;
  readonly upstream?: string;
  readonly trusted_email_domains?: readonly string[];
  readonly username_claim?: string;
  readonly clients: readonly string[];
  readonly scope?: string;
  readonly resources?: readonly string[];
  readonly claims?: Readonly<Record<string, readonly string[]>>;
}

type Defaulted =
  | 'issuer'
  | 'algorithms'
  | 'audiences'
  | 'max_lifetime'
  | 'require_jti'
  | 'kind'
  | 'subject'
  | 'trusted_email_domains'
  | 'scope'
  | 'resources'
  | 'claims';

/** The members with the defaults. An empty list of audiences stands for this server's issuer identifier. */
export type TrustedIssuerDefinition = TrustedIssuerMembers & Required<Pick<TrustedIssuerMembers, Defaulted>>;

/** A trusted issuer as it is used. */
export interface LoadedIssuer extends TrustedIssuerDefinition {
  readonly id: string;
  readonly name: string;
}

const defaults = {
  issuer: '',
  algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'],
  audiences: [],
  max_lifetime: 3_600,
  require_jti: true,
  kind: 'jwt',
  subject: 'client',
  trusted_email_domains: [],
  scope: '',
  resources: [],
  claims: {},
} as const satisfies Omit<TrustedIssuerDefinition, 'clients'>;

const defaultsOfKind = {
  jwt: {},
  // About people, for minutes.
  'id-jag': { max_lifetime: 600, subject: 'user' },
  // About people, for more than one call.
  'subject-token': { require_jti: false, subject: 'user' },
} as const satisfies Record<AssertionKind, Partial<TrustedIssuerDefinition>>;

/** The members of a trusted issuer: as they are given, of the preset, or the defaults. */
export function issuerDefinitionOf(given: TrustedIssuerMembers): TrustedIssuerDefinition {
  const { preset, kind, clients, jwks } = given;
  return {
    ...defaults,
    ...defaultsOfKind[kind ?? 'jwt'],
    ...(preset && issuerPresets[preset].members),
    // Keys of one's own stand for those of the preset.
    ...(jwks && { jwks_uri: undefined }),
    ...defined(given),
    clients,
  };
}
