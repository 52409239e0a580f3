import { signedInBrowser } from '../support/walk.js';
import type { TestBrowser } from '../support/browser.js';
import { alice, contacts, useServer } from '../support/server.js';
import {
  type Answer,
  expectRefusal,
  type Fields,
  payloadOf,
  RelyingParty,
} from '../support/relying-party.js';
import { calendar, describeToken, mail, malformed, putResources, scope } from '../support/resources.js';

describe('H3 resource indicators at the token endpoint', () => {
  const server = useServer({}, { users: [alice] });
  let browser: TestBrowser;
  let writer: RelyingParty;
  let robot: RelyingParty;

  beforeAll(async () => {
    await putResources(server);
    browser = await signedInBrowser(server);
    writer = await RelyingParty.register(server, { scope, rotate_refresh_tokens: false }, browser);
    robot = await RelyingParty.register(server, {
      grant_types: ['client_credentials'],
      redirect_uris: [],
      scope: 'contacts.read contacts.write calendar.read',
    });
  });

  const tokens = async (parameters: Fields, fields: Fields = {}): Promise<Answer> =>
    writer.redeem(await writer.authorize(parameters), fields);

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

  it('H3 an opaque token is narrowed too, as introspection shows', async () => {
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
