import * as openid from 'openid-client';
import { InitialAccessTokens } from '../../src/clients/dynamic/initial-access-tokens.js';
import { useServer } from '../support/server.js';
import { type Answer, expectRefusal } from '../support/relying-party.js';
import {
  clientCount,
  expectChallenge,
  metadata,
  type Registered,
  send,
} from '../support/dynamic-registration.js';

describe('F1 dynamic registration, with initial access tokens', () => {
  const server = useServer({ EYRIE_REGISTRATION: 'token' });
  const register = async (token?: string, changes = {}): Promise<Answer> =>
    send(server, 'POST', '/register', { ...metadata, ...changes }, token);
  const create = async (options = {}): Promise<string> =>
    (await server.app.get(InitialAccessTokens).create(options, 'test')).token;

  it('openid-client registers with an initial access token', async () => {
    const config = await openid.dynamicClientRegistration(new URL(server.issuer), metadata, undefined, {
      initialAccessToken: await create(),
      execute: [openid.allowInsecureRequests],
    });
    expect(config.clientMetadata().client_id).toMatch(/^[\w-]{36}$/);
  });

  it('without an initial access token the challenge has no error, with an unknown one it is invalid_token, and nothing is registered', async () => {
    const before = await clientCount(server);
    const answer = await register();
    expectRefusal(answer, 401, 'invalid_token');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="eyrie"');
    expectChallenge(await register('invented'));
    expect(await clientCount(server)).toBe(before);
  });

  it('an initial access token is used as often as it allows, at once or one after the other; a refused registration uses nothing', async () => {
    const token = await create({ uses: 2 });
    expectRefusal(await register(token, { redirect_uris: [] }), 400, 'invalid_redirect_uri');
    const before = await clientCount(server);
    const answers = await Promise.all([register(token), register(token), register(token), register(token)]);
    const statuses = answers.map(({ status }) => status).toSorted((left, right) => left - right);
    expect(statuses).toEqual([201, 201, 401, 401]);
    expect(await clientCount(server)).toBe(before + 2);
    expectChallenge(await register(token));
  });

  it('an initial access token is refused once it has expired or was deleted', async () => {
    const token = await create({ lifetime: 60 });
    expect((await register(token)).status).toBe(201);
    server.clock.advance(61);
    expectChallenge(await register(token));

    const { token: other, row } = await server.app.get(InitialAccessTokens).create({}, 'test');
    expect((await register(other)).status).toBe(201);
    await server.app.get(InitialAccessTokens).delete(row.id, 'test');
    expectChallenge(await register(other));
  });

  it('a client with an initial access token may register for client_credentials, and keep it', async () => {
    const robot = { grant_types: ['client_credentials'], redirect_uris: [], scope: 'contacts.read' };
    const registered = (await register(await create(), robot)).body as Registered;
    const { client_id, client_secret } = registered;
    const config = await openid.discovery(
      new URL(server.issuer),
      client_id,
      undefined,
      openid.ClientSecretBasic(client_secret),
      {
        execute: [openid.allowInsecureRequests],
      },
    );
    expect((await openid.clientCredentialsGrant(config)).scope).toBe('contacts.read');
    const path = new URL(registered.registration_client_uri).pathname;
    const answer = await send(
      server,
      'PUT',
      path,
      { ...robot, client_id },
      registered.registration_access_token,
    );
    expect(answer.status).toBe(200);
  });

  it('a registration access token is no initial access token', async () => {
    const { registration_access_token: token } = (await register(await create())).body as Registered;
    expectChallenge(await register(token));
  });
});
