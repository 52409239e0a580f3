import { AdminCaller } from '../../support/admin-caller.js';
import { keyPair } from '../../support/assertions.js';
import { clientCount } from '../../support/dynamic-registration.js';
import type { Answer } from '../../support/relying-party.js';
import { messageWriter, useServer } from '../../support/server.js';

describe('The registration of a client that keeps to FAPI 2.0', () => {
  const server = useServer();
  let admin: AdminCaller;
  let jwks: object;
  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    jwks = { keys: [(await keyPair('ES256', 'one')).publicJwk] };
  });

  const create = (client: object): Promise<Answer> =>
    admin.post('/clients', {
      ...messageWriter,
      client_id: undefined,
      eyrie_profile: 'fapi2',
      jwks,
      ...client,
    });
  /** The members that a refusal names. */
  const violations = ({ status, body }: Answer): string[] => {
    expect(status).toBe(400);
    return (body['errors'] as { pointer?: string; detail: string }[]).map(({ pointer = '' }) => pointer);
  };

  it('no more than the profile and the keys are needed', async () => {
    const { status, body } = await create({});

    expect(status).toBe(201);
    expect(body).toMatchObject({
      eyrie_profile: 'fapi2',
      token_endpoint_auth_method: 'private_key_jwt',
      require_pushed_authorization_requests: true,
      require_pkce: true,
      dpop_bound_access_tokens: true,
      rotate_refresh_tokens: false,
      id_token_signed_response_alg: 'ES256',
      response_modes: null,
    });
    expect(body).not.toHaveProperty('client_secret');
  });

  it('one for Message Signing signs and gets signed responses', async () => {
    const { body } = await create({ eyrie_profile: 'fapi2-message-signing' });

    expect(body).toMatchObject({
      require_signed_request_object: true,
      response_modes: ['query.jwt', 'fragment.jwt', 'form_post.jwt', 'jwt'],
    });
  });

  it.each<[title: string, client: object, members: string[]]>([
    ['no keys', { jwks: undefined }, ['#/jwks']],
    [
      'a secret',
      { token_endpoint_auth_method: 'client_secret_basic', jwks: undefined },
      ['#/token_endpoint_auth_method'],
    ],
    [
      'no credentials',
      { token_endpoint_auth_method: 'none' },
      ['#/rotate_refresh_tokens', '#/token_endpoint_auth_method'],
    ],
    ['http', { redirect_uris: ['http://127.0.0.1:4000/callback'] }, ['#/redirect_uris']],
    [
      'RS256',
      { id_token_signed_response_alg: 'RS256', token_endpoint_auth_signing_alg: 'RS256' },
      ['#/token_endpoint_auth_signing_alg', '#/id_token_signed_response_alg'],
    ],
    ['bearer tokens', { dpop_bound_access_tokens: false }, ['#/dpop_bound_access_tokens']],
    ['rotation', { rotate_refresh_tokens: true }, ['#/rotate_refresh_tokens']],
    [
      'requests by URL',
      { require_pushed_authorization_requests: false },
      ['#/require_pushed_authorization_requests'],
    ],
    [
      'the device flow',
      { grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'] },
      ['#/grant_types'],
    ],
    ['assertions for endpoints', { assertion_audience: 'endpoint' }, ['#/assertion_audience']],
    [
      'unsigned requests',
      { eyrie_profile: 'fapi2-message-signing', require_signed_request_object: false },
      ['#/require_signed_request_object'],
    ],
    [
      'unsigned responses',
      { eyrie_profile: 'fapi2-message-signing', response_modes: ['jwt', 'query'] },
      ['#/response_modes'],
    ],
    ['an unknown profile', { eyrie_profile: 'fapi1' }, ['#/eyrie_profile']],
  ])(
    '%s: every member that breaks the profile is named, and nothing is registered',
    async (_title, client, members) => {
      const before = await clientCount(server);
      const named = violations(await create(client));

      expect(named.toSorted()).toEqual(members.toSorted());
      expect(await clientCount(server)).toBe(before);
    },
  );

  it('a client of before takes the profile once all that is missing comes with it', async () => {
    const { clientId } = await server.register({ ...messageWriter, client_id: undefined });
    const patch = (changes: object): Promise<Answer> => admin.patch(`/clients/${clientId}`, changes);

    const missing = violations(await patch({ eyrie_profile: 'fapi2' }));
    expect(missing).toEqual([
      '#/token_endpoint_auth_method',
      '#/require_pushed_authorization_requests',
      '#/authorization_signed_response_alg',
      '#/id_token_signed_response_alg',
      '#/introspection_signed_response_alg',
      '#/dpop_bound_access_tokens',
      '#/rotate_refresh_tokens',
    ]);
    const { status, body } = await patch({
      eyrie_profile: 'fapi2',
      token_endpoint_auth_method: 'private_key_jwt',
      jwks,
      require_pushed_authorization_requests: true,
      authorization_signed_response_alg: 'PS256',
      id_token_signed_response_alg: 'PS256',
      introspection_signed_response_alg: 'PS256',
      dpop_bound_access_tokens: true,
      rotate_refresh_tokens: false,
    });
    expect([status, body['eyrie_profile']]).toEqual([200, 'fapi2']);
    expect(violations(await patch({ dpop_bound_access_tokens: false }))).toEqual([
      '#/dpop_bound_access_tokens',
    ]);
    expect((await patch({ eyrie_profile: null, rotate_refresh_tokens: true })).status).toBe(200);
  });
});
