import { idTokenAlgorithms } from '../client-metadata.js';
import type { MetadataProblem } from '../metadata-problem.js';
import {
  includesProfile,
  type Profile,
  profileAlgorithms,
  profileInForce,
  usableAlgorithms,
} from '../profile.js';
import { signedResponseModes } from '../response-mode.js';
import type { ClientMetadata, MemberName } from './members.js';

/** What a profile demands of a member. */
interface Demand {
  readonly member: MemberName;
  /** The profile that begins to demand it. */
  readonly from: Profile;
  /** Where the profile demands it. */
  readonly section: string;
  /** What is wrong with the member; undefined if it fits. */
  readonly problem: (metadata: ClientMetadata) => string | undefined;
  /** What counts in place of a value that does not fit, and of none; undefined leaves that to the default of the member. */
  readonly strict: (metadata: Partial<ClientMetadata>) => unknown;
}

type Place = Pick<Demand, 'member' | 'from' | 'section'>;

/** A member of the Security Profile. */
const security = (member: MemberName, section: string): Place => ({
  member,
  from: 'fapi2',
  section: `FAPI 2.0 Security Profile §${section}`,
});

/** A member of Message Signing. */
const signing = (member: MemberName, section: string): Place => ({
  member,
  from: 'fapi2-message-signing',
  section: `FAPI 2.0 Message Signing §${section}`,
});

/** The member has this value. */
const fixed = (place: Place, value: boolean | string | null): Demand => ({
  ...place,
  problem: (metadata) => ((metadata[place.member] ?? null) === value ? undefined : `must be ${value}`),
  strict: () => value,
});

/** The member has one of these values, of which the first is the default. */
const oneOf = (place: Place, values: readonly string[]): Demand => ({
  ...place,
  problem: (metadata) =>
    values.includes(metadata[place.member] as string) ? undefined : `must be one of ${values.join(', ')}`,
  strict: () => values[0],
});

/** The same for a member that may be null: then nothing was chosen, and its use is limited where it is made. */
const oneOfOrNull = (place: Place, values: readonly string[]): Demand => {
  const demand = oneOf(place, values);
  return {
    ...demand,
    problem: (metadata) => (metadata[place.member] == null ? undefined : demand.problem(metadata)),
    strict: (metadata) => (metadata[place.member] == null ? undefined : values[0]),
  };
};

/** The list has these values only. */
const within = (place: Place, values: readonly string[]): Demand => {
  const listOf = (metadata: Partial<ClientMetadata>): string[] | undefined =>
    (metadata[place.member] as string[] | null | undefined) ?? undefined;
  return {
    ...place,
    problem: (metadata) => {
      const foreign = listOf(metadata)?.filter((value) => !values.includes(value)) ?? [];
      return foreign.length === 0 ? undefined : `must not hold ${foreign.join(', ')}`;
    },
    strict: (metadata) => listOf(metadata)?.filter((value) => values.includes(value)),
  };
};

/** The addresses of loopback; the name localhost may lead elsewhere (RFC 8252 §8.3). */
const loopback = /^http:\/\/(?:127\.0\.0\.1|\[::1\])(?:[:/?]|$)/;

function isEncrypted(uri: string, applicationType: string | undefined): boolean {
  return !/^http:/i.test(uri) || (applicationType === 'native' && loopback.test(uri));
}

/** With which Eyrie signs for such clients. */
const signatures = usableAlgorithms('fapi2', idTokenAlgorithms);

/** "shall authenticate clients using […] MTLS […] or private_key_jwt" (§5.3.2.1) */
export const profileMethods: readonly string[] = [
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
];

/** Grants with a detailed security analysis, and the one without a person (§5.3.2.1, NOTE 2) */
export const profileGrantTypes: readonly string[] = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
];

/**
 * What the profiles demand of client metadata, from the client's authentication to its tokens. What they demand of single requests stands
 * with the rules for these.
 */
const demands: readonly Demand[] = [
  // "shall only support confidential clients"
  oneOf(security('token_endpoint_auth_method', '5.3.2.1'), profileMethods),
  fixed(security('token_endpoint_auth_methods', '5.3.2.1'), null),
  // private_key_jwt "as specified in Section 9 of OIDC": its issuer is the client.
  fixed(security('eyrie_federated_issuer', '5.3.2.1'), null),
  fixed(security('eyrie_federated_subject', '5.3.2.1'), null),
  // "shall only accept its issuer identifier value […] as a string in the aud claim received in client authentication assertions"
  fixed(security('assertion_audience', '5.3.2.1'), 'issuer'),
  oneOfOrNull(security('token_endpoint_auth_signing_alg', '5.4.1'), profileAlgorithms),

  within(security('grant_types', '5.3.2.1'), profileGrantTypes),
  // "shall require the value of response_type […] to be code"
  within(security('response_types', '5.3.2.2'), ['code']),
  // "shall reject authorization requests sent without RFC 9126"
  fixed(security('require_pushed_authorization_requests', '5.3.2.2'), true),
  // "shall require PKCE with S256 as the code challenge method"
  fixed(security('require_pkce', '5.3.2.2'), true),
  // "shall not allow redirect URIs that use the http scheme except for native clients that use loopback interface redirection"
  {
    ...security('redirect_uris', '5.3.2.2'),
    problem: ({ redirect_uris: uris, application_type: type }) => {
      const plain = uris.find((uri) => !isEncrypted(uri, type));
      return plain === undefined
        ? undefined
        : `must use https, or the address of loopback with application_type native: ${plain} does not`;
    },
    strict: ({ redirect_uris: uris, application_type: type }) =>
      uris?.filter((uri) => isEncrypted(uri, type)),
  },
  // "shall support, require use of, and verify signed request objects"
  fixed(signing('require_signed_request_object', '5.3.1'), true),
  oneOfOrNull(security('request_object_signing_alg', '5.4.1'), profileAlgorithms),
  // "shall support, require use of, and issue signed authorization responses"
  {
    ...signing('response_modes', '5.4.1'),
    problem: ({ response_modes: modes }) =>
      modes?.length && modes.every((mode) => signedResponseModes.includes(mode))
        ? undefined
        : `must hold some of ${signedResponseModes.join(', ')}, and no other`,
    strict: ({ response_modes: modes }) => {
      const signed = modes?.filter((mode) => signedResponseModes.includes(mode)) ?? [];
      return signed.length > 0 ? signed : signedResponseModes;
    },
  },
  ...(
    [
      'authorization_signed_response_alg',
      'id_token_signed_response_alg',
      'introspection_signed_response_alg',
    ] as const
  ).map((member) => oneOf(security(member, '5.4.1'), signatures)),
  oneOfOrNull(security('userinfo_signed_response_alg', '5.4.1'), signatures),

  // "shall only issue sender-constrained access tokens", by mutual TLS or DPoP
  {
    ...security('dpop_bound_access_tokens', '5.3.2.1'),
    problem: ({ dpop_bound_access_tokens: dpop, tls_client_certificate_bound_access_tokens: tls }) =>
      dpop || tls ? undefined : 'or tls_client_certificate_bound_access_tokens must be true',
    strict: ({ tls_client_certificate_bound_access_tokens: tls }) => !tls,
  },
  // "shall not use refresh token rotation except in extraordinary circumstances"
  fixed(security('rotate_refresh_tokens', '5.3.2.1'), false),
];

const demandsOf = (profile: Profile | null): readonly Demand[] =>
  demands.filter(({ from }) => includesProfile(profile, from));

/** Where metadata does not meet its profile, with the member and the section that demands it. */
export function profileProblems(metadata: ClientMetadata, ofAll: Profile | 'off'): MetadataProblem[] {
  const profile = profileInForce(metadata.eyrie_profile, ofAll);
  return demandsOf(profile).flatMap(({ member, section, problem }) => {
    const reason = problem(metadata);
    return reason === undefined ? [] : [{ field: member, reason: `${reason} (${profile}: ${section})` }];
  });
}

/** What a profile has in place of the default of each member; undefined where the default stays. */
export function profileDefaults(
  metadata: Partial<ClientMetadata>,
  ofAll: Profile | 'off',
): Partial<Record<MemberName, unknown>> {
  const profile = profileInForce(metadata.eyrie_profile, ofAll);
  return Object.fromEntries(demandsOf(profile).map(({ member, strict }) => [member, strict(metadata)]));
}

/** Metadata as it counts under its profile, whatever is registered. Its `eyrie_profile` is the one in force. */
export function underProfile<Metadata extends ClientMetadata>(
  metadata: Metadata,
  ofAll: Profile | 'off',
): Metadata {
  const profile = profileInForce(metadata.eyrie_profile, ofAll);
  if (profile === null) return metadata;
  const replaced = demandsOf(profile).flatMap(({ member, problem, strict }) =>
    problem(metadata) === undefined ? [] : [[member, strict(metadata)]],
  );
  return { ...metadata, ...Object.fromEntries(replaced), eyrie_profile: profile };
}
