import * as client from 'openid-client';
import { Database } from '../../src/persistence/database.js';
import { ResourcesStore } from '../../src/persistence/stores/resources.store.js';
import { ResourceCatalogue } from '../../src/resource/resource-catalogue.js';
import {
  authorizeUrl,
  expectErrorRedirect,
  redirectUri,
  requestFields,
  rowCounts,
} from '../support/authorization-requests.js';
import { signedInBrowser, walk } from '../support/walk.js';
import { responseOf, type TestBrowser } from '../support/browser.js';
import { alice, contacts, startServer, type TestServer } from '../support/server.js';
import {
  type Answer,
  expectRefusal,
  type Fields,
  payloadOf,
  RelyingParty,
} from '../support/relying-party.js';

const calendar = {
  identifier: 'https://calendar.example.com/v1',
  name: 'Calendar',
  scopes: { 'calendar.read': 'Read your calendar', 'contacts.read': 'Invite your contacts' },
};
const mail = { identifier: 'urn:example:mail', name: 'Mail', scopes: { 'mail.send': 'Send mail' } };
const scope = 'openid offline_access contacts.read calendar.read';

const malformed = [
  ['a relative URI', '/contacts'],
  ['no scheme', 'contacts.example.com'],
  ['a fragment', `${contacts.identifier}#all`],
  ['an empty fragment', `${contacts.identifier}#`],
  ['a space', 'https://contacts.example.com/a b'],
  ['no host', 'https://'],
  ['4,000 characters', `https://contacts.example.com/${'x'.repeat(4_000)}`],
  ['a name of Object.prototype', '__proto__'],
  ['a resource that is unknown', 'https://unknown.example.com'],
  ['a resource that is known with another ending', `${contacts.identifier}/`],
  ['a resource for which the client has no scope', mail.identifier],
] as const;

describe('H3 resource indicators', () => {
  let server: TestServer;
  let browser: TestBrowser;
  let writer: RelyingParty;
  let robot: RelyingParty;

  beforeAll(async () => {
    server = await startServer();
    await server.createUser(alice);
    for (const { identifier, name, scopes } of [calendar, mail]) {
      await server.app
        .get(Database)
        .write((tx) => server.app.get(ResourcesStore).put(tx, identifier, name, scopes, server.clock.now()));
    }
    server.app.get(ResourceCatalogue).forget();
    browser = await signedInBrowser(server);
    writer = await RelyingParty.register(server, { scope, rotate_refresh_tokens: false }, browser);
    robot = await RelyingParty.register(server, {
      grant_types: ['client_credentials'],
      redirect_uris: [],
      scope: 'contacts.read contacts.write calendar.read',
    });
  });
  afterAll(() => server.stop());

  const describeToken = ({ body, status }: Answer): unknown => {
    expect(status).toBe(200);
    return { aud: payloadOf(body.access_token).aud, scope: payloadOf(body.access_token).scope };
  };
  const tokens = async (parameters: Fields, fields: Fields = {}): Promise<Answer> =>
    writer.redeem(await writer.authorize(parameters), fields);

  describe('at the authorization endpoint', () => {
    it('H3 without resource the scopes decide, as ever', async () => {
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

    it.each(malformed)('H3 %s is invalid_target, and no code is issued', async (_what, resource) => {
      const before = await rowCounts(server);

      const page = await browser.send(
        authorizeUrl({ client_id: writer.clientId, scope, resource: [contacts.identifier, resource] }),
      );

      expectErrorRedirect(page, 'invalid_target', server);
      expect(await rowCounts(server)).toEqual(before);
    });

    it('H3 a resource of which no scope is asked is invalid_target', async () => {
      const page = await browser.send(
        authorizeUrl({ client_id: writer.clientId, scope: 'openid', resource: contacts.identifier }),
      );

      expectErrorRedirect(page, 'invalid_target', server);
    });
  });

  describe('at the pushed authorization request endpoint', () => {
    it.each(malformed)('H3 %s is invalid_target', async (_what, resource) => {
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

  describe('at the token endpoint', () => {
    const both = {
      scope: 'offline_access contacts.read calendar.read',
      resource: [contacts.identifier, calendar.identifier],
    };

    it('H3 a code is redeemed for one of the granted resources, and the refresh token keeps them all', async () => {
      const narrowed = await tokens(both, { resource: calendar.identifier });
      expect(describeToken(narrowed)).toEqual({
        aud: calendar.identifier,
        scope: 'contacts.read calendar.read',
      });

      const refreshed = await writer.refresh(narrowed.body.refresh_token);

      expect(describeToken(refreshed)).toEqual({
        aud: [contacts.identifier, calendar.identifier],
        scope: 'offline_access contacts.read calendar.read',
      });
    });

    it('H3 a refresh narrows to a resource and its scopes, and the next one may choose again', async () => {
      const { refresh_token: token } = (await tokens(both)).body;

      const first = await writer.refresh(token, { resource: contacts.identifier });
      const second = await writer.refresh(token, { resource: calendar.identifier, scope: 'calendar.read' });

      expect(describeToken(first)).toEqual({ aud: contacts.identifier, scope: 'contacts.read' });
      expect(first.body.scope).toBe('contacts.read');
      expect(describeToken(second)).toEqual({ aud: calendar.identifier, scope: 'calendar.read' });
    });

    it('H3 a grant without resources is narrowed to any that its scopes belong to, ID token included', async () => {
      const answer = await tokens({}, { resource: contacts.identifier });

      expect(describeToken(answer)).toEqual({ aud: contacts.identifier, scope: 'contacts.read' });
      expect(payloadOf(answer.body.id_token).aud).toBe(writer.clientId);
    });

    it('H3 an opaque token is narrowed too, as introspection tells', async () => {
      const other = await RelyingParty.register(server, { scope, access_token_format: 'opaque' }, browser);
      const answer = await other.redeem(await other.authorize(), { resource: contacts.identifier });

      const { body } = await other.introspect(answer.body.access_token);

      expect(body).toMatchObject({ active: true, aud: contacts.identifier, scope: 'contacts.read' });
    });

    it.each([
      ...malformed,
      ['a resource that was not granted', () => server.issuer],
      ['a resource whose scopes were not granted', calendar.identifier],
    ] as const)('H3 a code with %s is invalid_target, and stays good', async (_what, named) => {
      const resource = typeof named === 'string' ? named : named();
      const authorized = await writer.authorize({ scope: 'contacts.read', resource: contacts.identifier });

      expectRefusal(await writer.redeem(authorized, { resource }), 400, 'invalid_target');
      expectRefusal(
        await writer.redeem(authorized, { resource: [contacts.identifier, resource] }),
        400,
        'invalid_target',
      );

      expect((await writer.redeem(authorized)).status).toBe(200);
    });

    it.each(malformed)('H3 a refresh with %s is invalid_target, and stays good', async (_what, resource) => {
      const { refresh_token: token } = (await tokens({})).body;

      expectRefusal(await writer.refresh(token, { resource }), 400, 'invalid_target');

      expect((await writer.refresh(token)).status).toBe(200);
    });

    it('H3 a refresh for a resource none of whose scopes is asked for is invalid_target', async () => {
      const { refresh_token: token } = (await tokens(both)).body;

      expectRefusal(
        await writer.refresh(token, { scope: 'contacts.read', resource: mail.identifier }),
        400,
        'invalid_target',
      );
    });

    it.each([
      ['one resource', contacts.identifier, contacts.identifier, 'contacts.read contacts.write'],
      [
        'two resources',
        [calendar.identifier, contacts.identifier],
        [calendar.identifier, contacts.identifier],
        'contacts.read contacts.write calendar.read',
      ],
    ])('H3 client_credentials with %s yields that audience', async (_what, resource, aud, granted) => {
      const answer = await robot.token({ grant_type: 'client_credentials', resource });

      expect(describeToken(answer)).toEqual({ aud, scope: granted });
      expect(answer.body.scope).toBe(granted);
    });

    it.each(malformed)('H3 client_credentials with %s is invalid_target', async (_what, resource) => {
      expectRefusal(await robot.token({ grant_type: 'client_credentials', resource }), 400, 'invalid_target');
    });

    it('H3 client_credentials for a resource of which no scope is asked is invalid_target', async () => {
      const answer = await robot.token({
        grant_type: 'client_credentials',
        scope: 'contacts.write',
        resource: calendar.identifier,
      });

      expectRefusal(answer, 400, 'invalid_target');
    });

    it('H3 an empty resource counts as omitted, and does not hide another', async () => {
      const answer = await robot.token({
        grant_type: 'client_credentials',
        resource: ['', calendar.identifier],
      });

      expect(describeToken(answer)).toMatchObject({ aud: calendar.identifier });
    });
  });

  it('H3 openid-client names resources, pushed, at the token endpoint and at refresh', async () => {
    const config = await client.discovery(
      new URL(server.issuer),
      writer.clientId,
      undefined,
      client.ClientSecretBasic(writer.secret),
      { execute: [client.allowInsecureRequests] },
    );
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
