import * as client from 'openid-client';
import {
  authorizeUrl,
  expectErrorRedirect,
  redirectUri,
  requestFields,
  rowCounts,
} from '../support/authorization-requests.js';
import { signedInBrowser, walk } from '../support/walk.js';
import { responseOf, type TestBrowser } from '../support/browser.js';
import { alice, contacts, useServer } from '../support/server.js';
import {
  type Answer,
  expectRefusal,
  type Fields,
  payloadOf,
  RelyingParty,
} from '../support/relying-party.js';
import { calendar, describeToken, malformed, putResources, scope } from '../support/resources.js';

describe('H3 resource indicators', () => {
  const server = useServer({}, { users: [alice] });
  let browser: TestBrowser;
  let writer: RelyingParty;

  beforeAll(async () => {
    await putResources(server);
    browser = await signedInBrowser(server);
    writer = await RelyingParty.register(server, { scope, rotate_refresh_tokens: false }, browser);
  });

  const tokens = async (parameters: Fields, fields: Fields = {}): Promise<Answer> =>
    writer.redeem(await writer.authorize(parameters), fields);

  describe('at the authorization endpoint', () => {
    it('H3 without resource the scopes decide on the audience', async () => {
      expect(describeToken(await tokens({}))).toEqual({
        aud: [server.issuer, contacts.identifier, calendar.identifier],
        scope,
      });
    });

    it('H3 a resource limits audience and scope to itself, and to userinfo where openid was asked for', async () => {
      const answer = await tokens({ resource: contacts.identifier });

      expect(describeToken(answer)).toEqual({
        aud: [contacts.identifier, server.issuer],
        scope: 'openid offline_access contacts.read',
      });
      expect(answer.body.scope).toBe('openid offline_access contacts.read');
      expect((await writer.userinfo(answer.body.access_token)).status).toBe(200);
    });

    it.each([
      ['a slash', (uri: string) => `${uri}/`],
      ['capital letters', (uri: string) => uri.replace('https://contacts', 'HTTPS://CONTACTS')],
      ['the default port', (uri: string) => `${uri}:443`],
      ['an encoded letter', (uri: string) => uri.replace('contacts', '%63ontacts')],
    ])('A18 a resource with %s is the registered one, and aud has its spelling', async (_what, spell) => {
      const resource = spell(contacts.identifier);

      const answer = await tokens({ resource, scope: 'contacts.read offline_access' }, { resource });

      expect(describeToken(answer)).toMatchObject({ aud: contacts.identifier });
      const refreshed = await writer.refresh(answer.body.refresh_token, { resource });
      expect(describeToken(refreshed)).toEqual({ aud: contacts.identifier, scope: 'contacts.read' });
    });

    it('A18 Eyrie itself is named by its issuer with a slash too', async () => {
      const answer = await tokens({ resource: `${server.issuer}/`, scope: 'openid' });

      expect(describeToken(answer)).toEqual({ aud: server.issuer, scope: 'openid' });
    });

    it('H3 a resource without openid is the only audience', async () => {
      const answer = await tokens({ resource: contacts.identifier, scope: 'contacts.read calendar.read' });

      expect(describeToken(answer)).toEqual({ aud: contacts.identifier, scope: 'contacts.read' });
      expect((await writer.userinfo(answer.body.access_token)).status).toBe(403);
    });

    it('H3 several resources are all in the audience, each once', async () => {
      const answer = await tokens({
        scope: 'contacts.read calendar.read',
        resource: [calendar.identifier, contacts.identifier, calendar.identifier],
      });

      expect(describeToken(answer)).toEqual({
        aud: [calendar.identifier, contacts.identifier],
        scope: 'contacts.read calendar.read',
      });
    });

    it('H3 a scope that two resources share counts at the one that is named', async () => {
      const answer = await tokens({ scope: 'contacts.read', resource: calendar.identifier });

      expect(describeToken(answer)).toEqual({ aud: calendar.identifier, scope: 'contacts.read' });
    });

    it('H3 consent is asked for what is left, and resources survive the pages', async () => {
      const other = await RelyingParty.register(server, { scope }, browser);
      const url = authorizeUrl({
        client_id: other.clientId,
        scope: 'contacts.read calendar.read',
        resource: [contacts.identifier, ''],
      });
      const page = await browser.open(url);
      expect(page.html).toContain('Read your contacts');
      expect(page.html).not.toContain('Read your calendar');

      const answer = await other.redeem(
        await other.authorize({ scope: 'calendar.read contacts.read', resource: [contacts.identifier] }),
      );

      expect(describeToken(answer)).toEqual({ aud: contacts.identifier, scope: 'contacts.read' });
    });

    it.each(malformed)(
      'H3 an authorization request with %s is invalid_target, and no code is issued',
      async (_what, resource) => {
        const before = await rowCounts(server);

        const page = await browser.send(
          authorizeUrl({ client_id: writer.clientId, scope, resource: [contacts.identifier, resource] }),
        );

        expectErrorRedirect(page, 'invalid_target', server);
        expect(await rowCounts(server)).toEqual(before);
      },
    );

    it('H3 a resource without any of its scopes is invalid_target', async () => {
      const page = await browser.send(
        authorizeUrl({ client_id: writer.clientId, scope: 'openid', resource: contacts.identifier }),
      );

      expectErrorRedirect(page, 'invalid_target', server);
    });
  });

  describe('at the pushed authorization request endpoint', () => {
    it.each(malformed)('H3 a pushed request with %s is invalid_target', async (_what, resource) => {
      const answer = await writer.authenticated(
        '/par',
        requestFields({ client_id: writer.clientId, scope, resource }),
      );

      expectRefusal(answer, 400, 'invalid_target');
    });

    it('H3 several pushed resources are remembered', async () => {
      const { body } = await writer.authenticated(
        '/par',
        requestFields({
          client_id: writer.clientId,
          scope: 'contacts.read calendar.read',
          resource: [contacts.identifier, calendar.identifier],
        }),
      );
      const left = await walk(
        browser,
        `/authorize?client_id=${writer.clientId}&request_uri=${body.request_uri as string}`,
      );

      const answer = await writer.redeem({
        code: responseOf(left).get('code') ?? '',
        verifier: 'a-code-verifier-that-is-long-enough-to-pass-43',
      });

      expect(describeToken(answer)).toMatchObject({ aud: [contacts.identifier, calendar.identifier] });
    });
  });

  it('H3 openid-client names resources, pushed, at the token endpoint and at refresh', async () => {
    const config = await writer.openidClient();
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const parameters = new URLSearchParams({
      redirect_uri: redirectUri,
      scope,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    parameters.append('resource', contacts.identifier);
    parameters.append('resource', calendar.identifier);
    const left = await walk(browser, (await client.buildAuthorizationUrlWithPAR(config, parameters)).href);

    const granted = await client.authorizationCodeGrant(
      config,
      new URL(left.url),
      { pkceCodeVerifier, idTokenExpected: true },
      { resource: contacts.identifier },
    );
    const refreshed = await client.refreshTokenGrant(config, granted.refresh_token ?? '', {
      resource: calendar.identifier,
    });

    expect(payloadOf(granted.access_token).aud).toBe(contacts.identifier);
    expect(payloadOf(refreshed.access_token).aud).toBe(calendar.identifier);
  });
});
