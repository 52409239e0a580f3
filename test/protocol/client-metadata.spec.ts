import { withDefaults } from '../../src/protocol/client-metadata/defaults.js';
import type { ClientMetadata } from '../../src/protocol/client-metadata/members.js';
import { metadataProblems } from '../../src/protocol/client-metadata/rules.js';

const problems = (given: Partial<ClientMetadata>): string[] =>
  metadataProblems(withDefaults({ redirect_uris: ['https://app.example.com/cb'], ...given })).map(
    ({ field }) => field,
  );

describe('Client metadata (RFC 7591 §2)', () => {
  it('what a registration leaves out has the defaults, PKCE and rotation on', () => {
    expect(withDefaults({})).toMatchObject({
      application_type: 'web',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'RS256',
      require_pkce: true,
      rotate_refresh_tokens: true,
    });
    expect(withDefaults({ grant_types: ['client_credentials'] }).response_types).toEqual([]);
    expect(withDefaults({ redirect_uris: ['com.example.app:/cb'] }).application_type).toBe('native');
  });

  it.each<Partial<ClientMetadata>>([
    {},
    { grant_types: ['authorization_code', 'refresh_token'] },
    { grant_types: ['client_credentials'], redirect_uris: [] },
    { token_endpoint_auth_method: 'none' },
    { token_endpoint_auth_methods: ['client_secret_post', 'client_secret_basic'] },
    { application_type: 'native', redirect_uris: ['com.example.app:/cb', 'http://127.0.0.1/cb'] },
    { post_logout_redirect_uris: ['https://app.example.com/bye'] },
    {
      require_pkce: false,
      rotate_refresh_tokens: false,
      introspection_resources: ['https://api.example.com'],
    },
  ])('%j agrees with itself', (given) => {
    expect(problems(given)).toEqual([]);
  });

  it.each<[Partial<ClientMetadata>, string]>([
    [{ redirect_uris: [] }, 'redirect_uris'],
    [{ redirect_uris: ['https://app.example.com/cb', 'http://app.example.com/cb'] }, 'redirect_uris[1]'],
    [{ post_logout_redirect_uris: ['javascript:alert(1)'] }, 'post_logout_redirect_uris[0]'],
    [{ application_type: 'web', redirect_uris: ['com.example.app:/cb'] }, 'redirect_uris[0]'],
    [{ token_endpoint_auth_methods: ['client_secret_post'] }, 'token_endpoint_auth_methods'],
    [{ token_endpoint_auth_methods: [] }, 'token_endpoint_auth_methods'],
    [
      { token_endpoint_auth_method: 'none', token_endpoint_auth_methods: ['client_secret_post'] },
      'token_endpoint_auth_methods',
    ],
    [{ response_types: [] }, 'response_types'],
    [{ grant_types: ['client_credentials'], response_types: ['code'] }, 'response_types'],
    [{ grant_types: ['refresh_token'], response_types: [] }, 'grant_types'],
    [
      { token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'client_credentials'] },
      'grant_types',
    ],
    [{ token_endpoint_auth_method: 'none', require_pkce: false }, 'require_pkce'],
    [{ token_endpoint_auth_method: 'none', rotate_refresh_tokens: false }, 'rotate_refresh_tokens'],
    [
      { token_endpoint_auth_method: 'none', introspection_resources: ['https://api.example.com'] },
      'introspection_resources',
    ],
  ])('%j does not, and the field %s is named', (given, field) => {
    expect(problems(given)).toEqual([field]);
  });
});
