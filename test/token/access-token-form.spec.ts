import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { defaultAccessTokenForm, sharedForm } from '../../src/protocol/access-token.js';
import { ResourceRegistration } from '../../src/resource/resource-registration.js';
import type { TestBrowser } from '../support/browser.js';
import { authorizeUrl, expectErrorRedirect } from '../support/authorization-requests.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';
import { alice, contacts, useServer } from '../support/server.js';
import { signedInBrowser } from '../support/walk.js';

const gateway = {
  identifier: 'https://gateway.example.com',
  name: 'Gateway',
  scopes: { 'gateway.use': 'Use the gateway' },
  access_token_typ: 'JWT',
  access_token_signing_alg: 'RS256',
} as const;
const scope = 'openid profile offline_access contacts.read gateway.use';

describe('The form of access tokens, per resource', () => {
  const server = useServer({}, { users: [alice] });
  let browser: TestBrowser;
  let client: RelyingParty;

  beforeAll(async () => {
    await put(gateway);
    browser = await signedInBrowser(server);
    client = await RelyingParty.register(server, { scope }, browser);
  });

  const put = (resource: object): Promise<unknown> =>
    server.app
      .get(ResourceRegistration)
      .put(
        { identifier: gateway.identifier, name: gateway.name, scopes: gateway.scopes, ...resource },
        'test',
      );

  it.each([
    ['JWT', 'RS256'],
    ['at+jwt', 'RS256'],
    ['JWT', 'ES256'],
    ['JWT', 'PS256'],
    ['at+jwt', 'EdDSA'],
    ['at+jwt', 'ES256'],
  ])('typ %s and algorithm %s are in the header, and the token verifies', async (typ, alg) => {
    await put({ access_token_typ: typ, access_token_signing_alg: alg });

    const { access_token } = await client.tokens({ scope: 'gateway.use' });

    expect(decodeProtectedHeader(access_token)).toMatchObject({ typ, alg });
    const keys = createRemoteJWKSet(new URL('/jwks', server.issuer));
    await jwtVerify(access_token, keys, { issuer: server.issuer, audience: gateway.identifier, typ });
  });

  it('what a change omits stays, and other resources keep at+jwt and ES256', async () => {
    await put(gateway);
    await put({ name: 'The gateway' });

    const atGateway = await client.tokens({ scope: 'gateway.use' });
    const atContacts = await client.tokens({ scope: 'contacts.read' });

    expect(decodeProtectedHeader(atGateway.access_token)).toMatchObject({ typ: 'JWT', alg: 'RS256' });
    expect(decodeProtectedHeader(atContacts.access_token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' });
  });

  it('after a refresh and by client_credentials the form is the same', async () => {
    await put(gateway);
    const robot = await RelyingParty.register(server, {
      grant_types: ['client_credentials'],
      redirect_uris: [],
      scope: 'gateway.use',
    });
    const { refresh_token } = await client.tokens();

    const answers = [
      await client.refresh(refresh_token, { resource: gateway.identifier }),
      await robot.token({ grant_type: 'client_credentials' }),
    ];

    for (const { body } of answers)
      expect(decodeProtectedHeader(body.access_token)).toMatchObject({ typ: 'JWT', alg: 'RS256' });
  });

  it('a token of typ JWT for Eyrie too opens userinfo, is introspected, and ends with its grant', async () => {
    await put(gateway);
    const { access_token, refresh_token } = await client.tokens();
    expect(payloadOf(access_token).aud).toEqual([server.issuer, contacts.identifier, gateway.identifier]);
    expect(decodeProtectedHeader(access_token)).toMatchObject({ typ: 'JWT', alg: 'RS256' });

    expect((await client.userinfo(access_token)).body).toMatchObject({ name: 'Alice' });
    expect((await client.introspect(access_token)).body).toMatchObject({ active: true });

    await client.revoke(refresh_token);
    expect((await client.userinfo(access_token)).status).toBe(401);
  });

  it('no ID token is an access token, and no access token of typ JWT an ID token', async () => {
    await put(gateway);
    const { id_token, access_token } = await client.tokens();

    expect((await client.userinfo(id_token)).status).toBe(401);
    expect((await client.introspect(id_token)).body).toEqual({ active: false });
    const hinted = await browser.send(
      authorizeUrl({ client_id: client.clientId, id_token_hint: access_token, prompt: 'none' }),
    );
    expectErrorRedirect(hinted, 'invalid_request', server);
  });
});

describe('The form of a token for several resources', () => {
  const own = { accessTokenTyp: 'JWT', accessTokenSigningAlg: 'RS256' } as const;
  const other = { accessTokenTyp: 'at+jwt', accessTokenSigningAlg: 'PS256' } as const;

  it.each([
    [[], defaultAccessTokenForm],
    [[defaultAccessTokenForm], defaultAccessTokenForm],
    [[defaultAccessTokenForm, own], own],
    [[own, other], own],
    [[other, own], { accessTokenTyp: 'JWT', accessTokenSigningAlg: 'PS256' }],
  ])('%j have %j', (forms, shared) => {
    expect(sharedForm(forms)).toEqual(shared);
  });
});
