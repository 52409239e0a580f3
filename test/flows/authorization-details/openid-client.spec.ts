import * as client from 'openid-client';
import { allow, responseOf, TestBrowser } from '../../support/browser.js';
import {
  contactList,
  details,
  lists,
  payment,
  pays,
  registerTypes,
} from '../../support/authorization-details.js';
import { payloadOf, RelyingParty } from '../../support/relying-party.js';
import { alice, contacts, useServer } from '../../support/server.js';
import { signedInBrowser } from '../../support/walk.js';

const types = [payment.type, contactList.type];
const scope = 'openid offline_access contacts.read';

describe('H4 rich authorization requests with openid-client', () => {
  const server = useServer({}, { users: [alice] });
  let browser: TestBrowser;

  beforeAll(async () => {
    await registerTypes(server);
    browser = await signedInBrowser(server);
  });

  const register = (changes: object = {}): Promise<RelyingParty> =>
    RelyingParty.register(server, { scope, authorization_details_types: types, ...changes }, browser);

  it.each(['jwt', 'opaque'])(
    'a payment is shown, granted, in the tokens (%s), narrowed at refresh and introspected',
    async (access_token_format) => {
      const party = await register({ access_token_format });
      const config = await party.openidClient();
      expect(config.serverMetadata()['authorization_details_types_supported']).toEqual(types);
      const verifier = client.randomPKCECodeVerifier();
      const granted = [pays(), lists({ actions: ['read', 'share'] })];
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: party.redirectUri,
        scope,
        state: 'state',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        authorization_details: details(...granted),
      });
      const page = await browser.open(url.href);
      expect(page.html).toContain('A payment');
      expect(page.html.replaceAll(/<[^>]*>/g, '')).toContain('Transfer 123.50 EUR to Merchant A');
      expect(page.html).toContain('initiate, status');
      expect(page.html).toContain('A list of contacts');

      const back = new URL((await allow(browser, page)).url);
      const checks = { pkceCodeVerifier: verifier, expectedState: 'state' };
      const tokens = await client.authorizationCodeGrant(config, back, checks);
      expect(tokens.authorization_details).toEqual(granted);

      const narrowed = [pays({ actions: ['status'] })];
      const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', {
        authorization_details: details(...narrowed),
      });
      expect(refreshed.authorization_details).toEqual(narrowed);
      const introspected = await client.tokenIntrospection(config, refreshed.access_token);
      expect(introspected).toMatchObject({ active: true, authorization_details: narrowed });

      // What was narrowed once is whole again the next time: the grant stays.
      const again = await client.refreshTokenGrant(config, refreshed.refresh_token ?? '');
      expect(again.authorization_details).toEqual(granted);
    },
  );

  it('a pushed request is answered in the same way', async () => {
    const party = await register({ require_pushed_authorization_requests: true });
    const config = await party.openidClient();
    const verifier = client.randomPKCECodeVerifier();
    const url = await client.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: party.redirectUri,
      scope,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      authorization_details: details(pays()),
    });
    const back = new URL((await allow(browser, await browser.open(url.href))).url);
    const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier });
    expect(tokens.authorization_details).toEqual([pays()]);
  });

  it('details alone are a request: the token is for the resource of their type, and has no scope', async () => {
    const party = await register();
    const tokens = await party.tokens({ scope: undefined, authorization_details: details(lists()) });
    expect(tokens.scope).toBeUndefined();
    expect(payloadOf(tokens.access_token)).toMatchObject({
      aud: contacts.identifier,
      authorization_details: [lists()],
    });
    expect(
      responseOf(await browser.open(party.authorizeUrl('v'.repeat(43), { prompt: 'none' }))).get('error'),
    ).toBe('consent_required');
  });
});
