import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  jwtVerify,
  type CryptoKey,
} from 'jose';
import { AdminCaller } from '../../support/admin-caller.js';
import { authorizeUrl } from '../../support/authorization-requests.js';
import { signedInBrowser, walk } from '../../support/walk.js';
import { responseOf, type Shown, type TestBrowser } from '../../support/browser.js';
import { type KeyHost, startKeyHost } from '../../support/key-host.js';
import { alice, startServer, type TestServer } from '../../support/server.js';
import { TestOrganizations } from '../../support/organizations.js';
import { type Fields, RelyingParty, request } from '../../support/relying-party.js';
import type { Certificates } from './certificates.js';

/** A server with what is needed to try out whatever its metadata says. */
export interface World {
  readonly server: TestServer;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** A browser in which Alice is signed in. */
  readonly browser: TestBrowser;
  /** A client of the story in that browser. */
  readonly client: RelyingParty;
  readonly admin: AdminCaller;
  /** Where clients publish what the server fetches. */
  readonly host: KeyHost;
  /** Where clients may authenticate by certificates. */
  readonly certificates: Certificates | undefined;
  stop(): Promise<void>;
}

/** Holds what a member of the metadata says to what the server does; undefined stands for a member that is not there. */
export type Check = (value: unknown, world: World) => Promise<void>;

export async function openWorld(
  environment: Record<string, string>,
  certificates?: Certificates,
): Promise<World> {
  const host = await startKeyHost();
  const server = await startServer({
    EYRIE_OUTBOUND_ALLOW: host.host,
    ...environment,
    ...(environment['EYRIE_CLIENT_DOCUMENTS'] && { EYRIE_CLIENT_DOCUMENTS: host.host }),
    ...certificates?.settings,
  });
  const id = await server.createUser(alice);
  const organizations = await TestOrganizations.of(server);
  await organizations.join(await organizations.create(), { ...alice, id });
  const browser = await signedInBrowser(server);
  return {
    server,
    metadata: (await request(server, '/.well-known/openid-configuration')).body,
    browser,
    client: await RelyingParty.register(server, {}, browser),
    admin: await AdminCaller.register(server),
    host,
    certificates,
    async stop() {
      await server.stop();
      await host.stop();
      await certificates?.forget();
    },
  };
}

/** A list of texts that is not empty. */
export function namesIn(value: unknown): string[] {
  expect(value).toEqual(expect.arrayContaining([expect.any(String)]));
  return value as string[];
}

/** What a client's request leads to in Alice's browser. */
export async function ask({ browser }: World, client: RelyingParty, fields: Fields = {}): Promise<Shown> {
  return walk(browser, authorizeUrl({ client_id: client.clientId, ...fields }));
}

/** The error that a request brings back to the client. */
export const errorOf = (page: Shown): string | null => responseOf(page).get('error');

/** A client that may use every response type which is on. */
export async function versatile(world: World, registration = {}): Promise<RelyingParty> {
  const types = namesIn(world.metadata.response_types_supported);
  const implicit = types.length > 1 ? ['implicit'] : [];
  return RelyingParty.register(
    world.server,
    {
      grant_types: ['authorization_code', 'refresh_token', ...implicit],
      response_types: types,
      ...registration,
    },
    world.browser,
  );
}

/** Holds that no client can be registered with that value, by the rules that everybody's registration obeys. */
export async function expectNotRegistrable(
  { admin }: World,
  field: string,
  value: unknown,
  others: object = {},
): Promise<void> {
  const redirect_uris = ['https://other.example.com/callback'];
  const { status } = await admin.post('/clients', { redirect_uris, [field]: value, ...others });
  expect([field, value, status]).toEqual([field, value, 400]);
}

/** The claims of a JWT of the server's, once a published key has verified it. */
export async function verified({ server }: World, jwt: string, audience: string): Promise<JWTPayload> {
  const keys = (await request(server, '/jwks')).body as unknown as JSONWebKeySet;
  const options = { issuer: server.issuer, audience };
  return (await jwtVerify(jwt, createLocalJWKSet(keys), options)).payload;
}

export interface Keys {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

const made = new Map<string, Promise<Keys>>();

/** A pair of keys for that algorithm, of one RSA key for all that need one. */
export async function keysFor(alg: string): Promise<Keys> {
  let keys = made.get(alg);
  if (!keys) made.set(alg, (keys = makeKeys(alg)));
  return keys;
}

async function makeKeys(alg: string): Promise<Keys> {
  const isRsa = /^[RP]S/.test(alg);
  if (!isRsa || alg === 'RS256') {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), alg } };
  }
  const { privateKey, publicJwk } = await keysFor('RS256');
  const key = await importJWK({ ...(await exportJWK(privateKey)), alg }, alg);
  return { privateKey: key as CryptoKey, publicJwk: { ...publicJwk, alg } };
}
