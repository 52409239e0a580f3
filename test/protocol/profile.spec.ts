import { withDefaults } from '../../src/protocol/client-metadata/defaults.js';
import type { ClientMetadata } from '../../src/protocol/client-metadata/members.js';
import { profileProblems, underProfile } from '../../src/protocol/client-metadata/profile-demands.js';
import {
  includesProfile,
  type Profile,
  profileInForce,
  pushedRequestLifetime,
  usableAlgorithms,
} from '../../src/protocol/profile.js';

describe('Security profiles', () => {
  it.each<[own: string | null, ofAll: Profile | 'off', inForce: Profile | null]>([
    [null, 'off', null],
    ['fapi2', 'off', 'fapi2'],
    [null, 'fapi2', 'fapi2'],
    ['fapi2-message-signing', 'fapi2', 'fapi2-message-signing'],
    ['fapi2', 'fapi2-message-signing', 'fapi2-message-signing'],
    [null, 'fapi2-message-signing', 'fapi2-message-signing'],
  ])('of a client with %s where all have %s, %s is in force', (own, ofAll, inForce) => {
    expect(profileInForce(own, ofAll)).toBe(inForce);
  });

  it.each<[Profile | null, Profile, boolean]>([
    [null, 'fapi2', false],
    ['fapi2', 'fapi2', true],
    ['fapi2', 'fapi2-message-signing', false],
    ['fapi2-message-signing', 'fapi2', true],
  ])('%s includes %s: %s', (profile, other, includes) => {
    expect(includesProfile(profile, other)).toBe(includes);
  });

  it('algorithms are limited to PS256, ES256 and EdDSA, by both of its names', () => {
    const all = ['RS256', 'RS512', 'PS256', 'PS384', 'ES256', 'ES384', 'EdDSA', 'Ed25519', 'HS256', 'none'];
    expect(usableAlgorithms('fapi2', all)).toEqual(['PS256', 'ES256', 'EdDSA', 'Ed25519']);
    expect(usableAlgorithms(null, all)).toEqual(all);
  });

  it('a pushed request lives for less than 600 seconds', () => {
    expect(pushedRequestLifetime('fapi2', 600)).toBe(599);
    expect(pushedRequestLifetime('fapi2', 60)).toBe(60);
    expect(pushedRequestLifetime(null, 600)).toBe(600);
  });
});

describe('What a security profile demands of client metadata', () => {
  const given: Partial<ClientMetadata> = {
    eyrie_profile: 'fapi2',
    redirect_uris: ['https://writer.example.com/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    jwks: { keys: [] },
  };
  const fields = (metadata: ClientMetadata, ofAll: Profile | 'off' = 'off'): string[] =>
    profileProblems(metadata, ofAll).map(({ field }) => field);

  it.each<Profile>(['fapi2', 'fapi2-message-signing'])('%s is met by the defaults under it', (profile) => {
    const metadata = withDefaults({ ...given, eyrie_profile: profile });

    expect(profileProblems(metadata, 'off')).toEqual([]);
    expect(metadata).toMatchObject({
      token_endpoint_auth_method: 'private_key_jwt',
      require_pushed_authorization_requests: true,
      require_signed_request_object: profile === 'fapi2-message-signing',
      dpop_bound_access_tokens: true,
      rotate_refresh_tokens: false,
      id_token_signed_response_alg: 'ES256',
    });
  });

  it('a client whose tokens are bound to its certificate needs no DPoP', () => {
    const metadata = withDefaults({ ...given, tls_client_certificate_bound_access_tokens: true });

    expect(metadata.dpop_bound_access_tokens).toBe(false);
    expect(fields(metadata)).toEqual([]);
  });

  it('a client with the defaults of other clients breaks it in each of these members', () => {
    const usual = { ...withDefaults({ ...given, eyrie_profile: null }), eyrie_profile: 'fapi2' };

    expect(fields(usual)).toEqual([
      'token_endpoint_auth_method',
      'require_pushed_authorization_requests',
      'authorization_signed_response_alg',
      'id_token_signed_response_alg',
      'introspection_signed_response_alg',
      'dpop_bound_access_tokens',
      'rotate_refresh_tokens',
    ]);
    expect(fields({ ...usual, eyrie_profile: null }, 'fapi2')).toEqual(fields(usual));
    expect(fields({ ...usual, eyrie_profile: null })).toEqual([]);
  });

  const broken: [member: keyof ClientMetadata, lax: Partial<ClientMetadata>, counts: unknown][] = [
    ['token_endpoint_auth_method', { token_endpoint_auth_method: 'none' }, 'private_key_jwt'],
    ['token_endpoint_auth_method', { token_endpoint_auth_method: 'client_secret_jwt' }, 'private_key_jwt'],
    ['token_endpoint_auth_methods', { token_endpoint_auth_methods: ['client_secret_basic'] }, null],
    ['eyrie_federated_issuer', { eyrie_federated_issuer: 'https://k8s.example' }, null],
    ['eyrie_federated_subject', { eyrie_federated_subject: 'worker' }, null],
    ['assertion_audience', { assertion_audience: 'endpoint' }, 'issuer'],
    ['token_endpoint_auth_signing_alg', { token_endpoint_auth_signing_alg: 'RS256' }, 'ES256'],
    ['grant_types', { grant_types: ['authorization_code', 'implicit'] }, ['authorization_code']],
    [
      'grant_types',
      { grant_types: ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'] },
      ['client_credentials'],
    ],
    ['response_types', { response_types: ['code', 'code id_token'] }, ['code']],
    ['require_pushed_authorization_requests', { require_pushed_authorization_requests: false }, true],
    ['require_pkce', { require_pkce: false }, true],
    [
      'redirect_uris',
      { redirect_uris: ['http://127.0.0.1/cb', 'https://a.example/'] },
      ['https://a.example/'],
    ],
    ['redirect_uris', { redirect_uris: ['http://localhost/cb'], application_type: 'native' }, []],
    ['request_object_signing_alg', { request_object_signing_alg: 'RS512' }, 'ES256'],
    ['authorization_signed_response_alg', { authorization_signed_response_alg: 'RS256' }, 'ES256'],
    ['id_token_signed_response_alg', { id_token_signed_response_alg: 'RS256' }, 'ES256'],
    ['introspection_signed_response_alg', { introspection_signed_response_alg: 'RS256' }, 'ES256'],
    ['userinfo_signed_response_alg', { userinfo_signed_response_alg: 'RS256' }, 'ES256'],
    ['dpop_bound_access_tokens', { dpop_bound_access_tokens: false }, true],
    ['rotate_refresh_tokens', { rotate_refresh_tokens: true }, false],
  ];
  it.each(broken)('%s breaks it as %j, for which %j counts', (member, lax, counts) => {
    const metadata = { ...withDefaults(given), ...lax };

    expect(profileProblems(metadata, 'off')).toEqual([
      {
        field: member,
        reason: expect.stringMatching(/ \(fapi2: FAPI 2\.0 Security Profile §5\.[34][.\d]*\)$/) as string,
      },
    ]);
    const strict = underProfile(metadata, 'off');
    expect(strict[member]).toEqual(counts);
    expect(profileProblems(strict, 'off')).toEqual([]);
  });

  it.each<[lax: string[] | null, counts: string[]]>([
    [null, ['query.jwt', 'fragment.jwt', 'form_post.jwt', 'jwt']],
    [['query'], ['query.jwt', 'fragment.jwt', 'form_post.jwt', 'jwt']],
    [['query', 'form_post.jwt'], ['form_post.jwt']],
  ])('Message Signing is broken by response_modes %j, for which %j counts', (lax, counts) => {
    const signing = 'fapi2-message-signing';
    const metadata = { ...withDefaults({ ...given, eyrie_profile: signing }), response_modes: lax };

    expect(fields(metadata)).toEqual(['response_modes']);
    expect(underProfile(metadata, 'off').response_modes).toEqual(counts);
    expect(fields({ ...metadata, eyrie_profile: 'fapi2' })).toEqual([]);
  });

  it('what fits is left as it is, and what has no profile is the same object', () => {
    const native = withDefaults({
      ...given,
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]:4000/cb', 'com.example.app:/cb'],
      id_token_signed_response_alg: 'PS256',
      token_endpoint_auth_method: 'tls_client_auth',
    });
    expect(underProfile(native, 'off')).toEqual(native);
    const usual = withDefaults({});
    expect(underProfile(usual, 'off')).toBe(usual);
  });
});
