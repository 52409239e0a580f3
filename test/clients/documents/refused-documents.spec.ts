import type { ServerResponse } from 'node:http';
import { Outbound } from '../../../src/outbound/outbound.js';
import { TestBrowser } from '../../support/browser.js';
import { changesOfRows, everyRow } from '../../support/database-rows.js';
import { DescribedClientHost } from '../../support/described-client.js';
import { encode, expectRefusal, post } from '../../support/relying-party.js';

const authorize = (clientId: string): string =>
  `/authorize?${encode({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: 'https://agent.example.com/callback',
    scope: 'openid',
    state: 'state',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })}`;

type Listener = (request: unknown, response: ServerResponse) => void;

describe('F6 documents that are refused', () => {
  let world: DescribedClientHost;

  beforeAll(async () => {
    world = await DescribedClientHost.start({ EYRIE_ANONYMOUS_REQUESTS: '1000' });
  });
  afterAll(() => world.stop());

  /** Page and JSON, no code, no redirect, and nothing written but counts. */
  async function expectUnusable(clientId: string): Promise<void> {
    const before = await everyRow(world.server);
    const page = await new TestBrowser(world.server.issuer).open(authorize(clientId));
    expect(page.status).toBe(400);
    expect(page.url.startsWith(world.server.issuer)).toBe(true);
    const answer = await post(world.server, '/par', { client_id: clientId, response_type: 'code' });
    expectRefusal(answer, 401, 'invalid_client');
    expect(answer.text).not.toContain('127.0.0.1');
    const written = changesOfRows(before, await everyRow(world.server)).map(({ table }) => table);
    expect(written.filter((table) => !['throttles', 'refusals', 'audit_events'].includes(table))).toEqual([]);
  }

  it.each<[string, Record<string, unknown>]>([
    ['another client_id', { client_id: 'https://other.example.com/client' }],
    ['a client_id with another case', { client_id: 'HTTP://127.0.0.1/' }],
    ['no client_id', { client_id: undefined }],
    ['a client_secret', { client_secret: 'a secret of more than 32 characters' }],
    ['client_secret_expires_at', { client_secret_expires_at: 0 }],
    ['client_secret_basic', { token_endpoint_auth_method: 'client_secret_basic' }],
    ['client_secret_post', { token_endpoint_auth_method: 'client_secret_post' }],
    ['client_secret_jwt', { token_endpoint_auth_method: 'client_secret_jwt' }],
    ['tls_client_auth', { token_endpoint_auth_method: 'tls_client_auth' }],
    ['a method that is a list', { token_endpoint_auth_method: ['none'] }],
    ['private_key_jwt without keys', { token_endpoint_auth_method: 'private_key_jwt' }],
    ['a private key', { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', d: 'AA' }] } }],
    ['no redirection URI', { redirect_uris: [] }],
    ['redirection URIs that are no list', { redirect_uris: 'https://agent.example.com/callback' }],
    ['javascript: as a redirection URI', { redirect_uris: ['javascript:alert(1)'] }],
    ['http elsewhere than on loopback', { redirect_uris: ['http://agent.example.com/callback'] }],
    ['a redirection URI with a fragment', { redirect_uris: ['https://agent.example.com/callback#a'] }],
    ['a redirection URI with a wildcard', { redirect_uris: ['https://*.example.com/callback'] }],
    ['a name that is a number', { client_name: 7 }],
    [
      'a private jwks_uri',
      { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://10.0.0.1/keys' },
    ],
  ])('one with %s', async (_title, members) => {
    await expectUnusable(world.publish(members).clientId);
  });

  it.each<[string, Listener]>([
    ['is 404', (_request, response) => response.writeHead(404).end()],
    ['is 201', (_request, response) => response.writeHead(201).end('{}')],
    ['is HTML', (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('{}')],
    ['has no type', (_request, response) => response.writeHead(200).end('{}')],
    ['is no JSON', (_request, response) => json(response).end('{')],
    ['is a list', (_request, response) => json(response).end('[]')],
    ['is null', (_request, response) => json(response).end('null')],
    ['is huge', (_request, response) => json(response).end(`{"a":"${'a'.repeat(17_000)}"}`)],
    ['hangs up', (_request, response) => response.destroy()],
    [
      'redirects',
      (_request, response) => response.writeHead(302, { location: world.host.url('/elsewhere') }).end(),
    ],
  ])('one whose response %s', async (_title, answer) => {
    const { path, clientId } = world.place();
    world.host.documents.set('/elsewhere', world.documentOf(clientId));
    world.host.documents.set(path, answer);
    await expectUnusable(clientId);
  });

  it('one that a redirect leads to is not even fetched', async () => {
    const { path, clientId } = world.place();
    let isAsked = false;
    world.host.documents.set('/target', (_request: unknown, response: ServerResponse) => {
      isAsked = true;
      json(response).end(JSON.stringify(world.documentOf(clientId)));
    });
    world.host.documents.set(path, (_request: unknown, response: ServerResponse) =>
      response.writeHead(307, { location: world.host.url('/target') }).end(),
    );
    await expectUnusable(clientId);
    expect(isAsked).toBe(false);
  });

  it('an error and an invalid document are not kept: the next request finds the right one', async () => {
    const { path, clientId } = world.place();
    world.host.documents.set(path, world.documentOf('https://other.example.com/client'));
    await expectUnusable(clientId);
    world.host.documents.set(path, world.documentOf(clientId));
    const page = await new TestBrowser(world.server.issuer).open(authorize(clientId));
    expect(page.status).toBe(200);
  });

  it.each([
    'https://127.0.0.1/client',
    'https://[::1]/client',
    'https://10.1.2.3/client',
    'https://169.254.169.254/latest/meta-data',
    'https://localhost/client',
    'https://2130706433/client',
    'https://0x7f.0.0.1/client',
    'http://agent.example.com/client',
    'https://agent.example.com',
    'https://agent.example.com/client#part',
    'https://agent@agent.example.com/client',
    'https://agent.example.com/a/../client',
  ])('nothing is sent for the client_id %s', async (clientId) => {
    const before = world.host.requests;
    await expectUnusable(clientId);
    expect(world.host.requests).toBe(before);
  });

  it('a name that leads to a private address is not connected to, however often it is asked', async () => {
    const outbound = world.server.app.get(Outbound);
    const lookup = (outbound as unknown as { lookup: unknown }).lookup as (
      name: string,
      options: object,
      callback: (error: Error | null) => void,
    ) => void;
    const error = await new Promise<Error | null>((resolve) => lookup('localhost', { all: true }, resolve));
    expect(error?.message).toContain('no public address');
  });
});

describe('F6 whose documents are read', () => {
  it('with the setting off nothing is fetched, and metadata says nothing', async () => {
    const world = await DescribedClientHost.start({ EYRIE_CLIENT_DOCUMENTS: 'off' });
    const { clientId } = world.publish();
    const page = await new TestBrowser(world.server.issuer).open(authorize(clientId));
    expect(page.status).toBe(400);
    expect(world.host.requests).toBe(0);
    const metadata = await fetch(`${world.server.issuer}/.well-known/openid-configuration`);
    expect(await metadata.json()).not.toHaveProperty('client_id_metadata_document_supported');
    await world.stop();
  });

  it('with any, those of hosts inside of the network are not', async () => {
    const world = await DescribedClientHost.start({ EYRIE_CLIENT_DOCUMENTS: 'any' });
    const { clientId } = world.publish();
    expect((await new TestBrowser(world.server.issuer).open(authorize(clientId))).status).toBe(400);
    expect(world.host.requests).toBe(0);
    await world.stop();
  });

  it('with a list of hosts only theirs are', async () => {
    const world = await DescribedClientHost.start({ EYRIE_CLIENT_DOCUMENTS: 'agent.example.com' });
    const { clientId } = world.publish();
    expect((await new TestBrowser(world.server.issuer).open(authorize(clientId))).status).toBe(400);
    expect(world.host.requests).toBe(0);
    await world.stop();
  });

  it('with their own list of scopes they get no others', async () => {
    const world = await DescribedClientHost.start({ EYRIE_CLIENT_DOCUMENT_SCOPES: 'openid contacts.read' });
    const { party } = world.publish();
    const answer = await party.respond({ scope: 'openid contacts.write' });
    expect(answer.get('error')).toBe('invalid_scope');
    expect((await party.tokens({ scope: 'openid contacts.read' })).access_token).toEqual(expect.any(String));
    await world.stop();
  });

  it('what one network makes us fetch is bounded, and a client that is known goes on', async () => {
    const world = await DescribedClientHost.start({ EYRIE_ANONYMOUS_REQUESTS: '3' });
    const known = world.publish().party;
    const tokens = await known.tokens();
    const ask = (clientId: string) => post(world.server, '/par', { client_id: clientId });
    for (let count = 0; count < 2; count++) await ask(world.publish().clientId);
    const before = world.host.requests;
    const answer = await ask(world.publish().clientId);
    expect([answer.status, answer.body.error]).toEqual([429, 'temporarily_unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    const page = await new TestBrowser(world.server.issuer).open(authorize(world.publish().clientId));
    expect(page.status).toBe(429);
    expect(world.host.requests).toBe(before);
    expect((await known.refresh(tokens.refresh_token)).status).toBe(200);
    await world.stop();
  });
});

const json = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'application/json' });
