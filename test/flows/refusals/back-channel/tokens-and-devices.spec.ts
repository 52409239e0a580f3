import {
  type Answer,
  basic,
  type Fields,
  post,
  RelyingParty,
  request,
} from '../../../support/relying-party.js';
import {
  BackChannel,
  describeRefusals,
  invalidClient,
  invalidRequest,
  invalidScope,
  type RefusedRequest,
  unauthorized,
  unproven,
} from '../../../support/back-channel.js';
import { because, refusal } from '../../../support/untouched.js';

describe('refusals of the endpoints for devices and for tokens', () => {
  const parties = new BackChannel();
  beforeAll(() => parties.start());
  afterAll(() => parties.stop());

  const begin = (fields: Fields, by = parties.device): Promise<Answer> =>
    by.authenticated('/device_authorization', fields);
  const deviceAuthorization: RefusedRequest[] = [
    ['a client without the grant type', () => begin({ scope: 'openid' }, parties.client), unauthorized],
    ['a public client without the grant type', () => begin({ scope: 'openid' }, parties.app), unauthorized],
    [
      'a scope of others',
      () => begin({ scope: 'contacts.write' }),
      because(invalidScope, 'scope contacts.write'),
    ],
    ['a malformed scope', () => begin({ scope: 'openid "' }), invalidScope],
  ];

  const introspect: RefusedRequest[] = [
    ['no token', () => parties.client.authenticated('/introspect', {}), invalidRequest],
    ['an empty token', () => parties.client.introspect(''), invalidRequest],
    ['a public client', ({ access }) => parties.app.introspect(access), invalidClient],
  ];

  const revoke: RefusedRequest[] = [
    [
      'an active token by a client that does not prove itself',
      ({ refresh }) =>
        post(parties.server, '/revoke', { token: refresh, client_id: parties.client.clientId }),
      because(invalidClient, 'is registered for client_secret_basic, but used none'),
    ],
    [
      'an active token with a wrong secret',
      ({ access }) =>
        parties.withHeader('/revoke', basic(parties.client.clientId, 'wrong'), { token: access }),
      because(unproven, 'wrong credentials for rp-'),
    ],
    [
      'an active token twice',
      ({ refresh }) => parties.client.authenticated('/revoke', { token: [refresh, refresh] }),
      invalidRequest,
    ],
    [
      'an active token in the URL',
      ({ refresh }) => parties.client.authenticated(`/revoke?token=${refresh}`, {}),
      invalidRequest,
    ],
    ['no token', () => parties.client.authenticated('/revoke', {}), invalidRequest],
    ['an empty token', () => parties.client.revoke(''), invalidRequest],
  ];

  const follow = (query: string, by: RelyingParty): Promise<Answer> =>
    request(parties.server, `/revocations${query}`, {
      headers: { authorization: basic(by.clientId, by.secret) },
    });
  const revocations: RefusedRequest[] = [
    ['no authentication', () => request(parties.server, '/revocations'), unproven],
    [
      'a wrong secret',
      () =>
        request(parties.server, '/revocations', {
          headers: { authorization: basic(parties.client.clientId, 'x') },
        }),
      because(unproven, 'wrong credentials for rp-'),
    ],
    [
      'a client that serves no resource',
      () => follow('', parties.client),
      because(refusal(403, 'unauthorized_client'), 'has no introspection_resources'),
    ],
  ];

  const bearer = (value: string): Promise<Answer> =>
    request(parties.server, '/userinfo', { headers: { authorization: `Bearer ${value}` } });
  const invalidToken = refusal(401, 'invalid_token', 'Bearer realm="eyrie", error="invalid_token"');
  const userinfo: RefusedRequest[] = [
    ['an unknown token', () => bearer('unknown'), invalidToken],
    ['a damaged token', ({ access }) => bearer(`${access.slice(0, -4)}AAAA`), invalidToken],
    ['an ID token', ({ idToken }) => bearer(idToken), invalidToken],
    ['a refresh token', ({ refresh }) => bearer(refresh), invalidToken],
    ['a code', ({ code }) => bearer(code), invalidToken],
    [
      'a token without openid',
      ({ narrow }) => bearer(narrow),
      because(
        refusal(403, 'insufficient_scope', 'Bearer realm="eyrie", error="insufficient_scope"'),
        "scope: expected 'openid', received 'no openid'",
      ),
    ],
    [
      'two tokens',
      ({ access }) =>
        post(parties.server, '/userinfo', { access_token: access }, { authorization: `Bearer ${access}` }),
      refusal(400, 'invalid_request', 'Bearer '),
    ],
  ];
  describeRefusals('/device_authorization', parties, deviceAuthorization);
  describeRefusals('/introspect', parties, introspect);
  describeRefusals('/revoke', parties, revoke);
  describeRefusals('/revocations', parties, revocations);
  describeRefusals('/userinfo', parties, userinfo);
});
