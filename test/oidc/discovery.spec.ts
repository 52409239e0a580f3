import { request as httpRequest } from 'node:http';
import { responseTypes } from '../../src/protocol/response-type.js';
import type { TestServer } from '../support/server.js';
import { post, request } from '../support/relying-party.js';
import { answerChecks } from './advertised/answers.js';
import { backchannelChecks } from './advertised/backchannel.js';
import { certificateChecks, type Certificates, makeCertificates } from './advertised/certificates.js';
import { endpointChecks } from './advertised/endpoints.js';
import { logoutChecks } from './advertised/logout.js';
import { proofChecks } from './advertised/proofs.js';
import { checkSilentParameters, requestChecks } from './advertised/requests.js';
import { type Check, openWorld, type World } from './advertised/world.js';

const documents = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];

/** What each member of the metadata is held to. */
const checks: Readonly<Record<string, Check>> = {
  ...endpointChecks,
  ...proofChecks,
  ...answerChecks,
  ...requestChecks,
  ...logoutChecks,
  ...backchannelChecks,
  ...certificateChecks,
};

const everything = {
  EYRIE_REGISTRATION: 'open',
  EYRIE_CLIENT_DOCUMENTS: 'any',
  EYRIE_RESPONSE_TYPES: responseTypes.slice(1).join(', '),
  EYRIE_REQUEST_URI: 'registered',
  EYRIE_DPOP_NONCE: 'on',
  EYRIE_SESSION_MANAGEMENT: 'on',
};

describe.each<[string, Record<string, string>, () => Promise<Certificates | undefined>]>([
  ['with the default settings', {}, async () => undefined],
  ['with everything turned on', everything, makeCertificates],
])('C4 discovery %s', (_settings, environment, certificates) => {
  let world: World;
  let server: TestServer;

  beforeAll(async () => {
    world = await openWorld(environment, await certificates());
    ({ server } = world);
  });
  afterAll(() => world.stop());

  const list = (name: string): unknown[] => world.metadata[name] as unknown[];

  it('every member is held to what the server does', () => {
    expect(Object.keys(world.metadata).filter((name) => !Object.hasOwn(checks, name))).toEqual([]);
  });

  it.each(Object.keys(checks))('C4 %s is true', async (name) => {
    await expect(checks[name]?.(world.metadata[name], world)).resolves.toBeUndefined();
  });

  it('display and locales of claims are not told of, and change nothing', async () => {
    await expect(checkSilentParameters(world)).resolves.toBeUndefined();
  });

  it('both documents are JSON, the same, and may be read from any origin', async () => {
    const [oidc, oauth] = await Promise.all(
      documents.map((path) => request(server, path, { headers: { origin: 'https://spa.example.com' } })),
    );
    expect(oidc?.status).toBe(200);
    expect(oidc?.headers.get('content-type')).toMatch(/^application\/json/);
    expect(oidc?.headers.get('access-control-allow-origin')).toBe('*');
    expect(oidc?.text).toBe(oauth?.text);
  });

  it('what the specifications require is there', () => {
    for (const name of [
      'issuer',
      'authorization_endpoint',
      'token_endpoint',
      'jwks_uri',
      'response_types_supported',
      'subject_types_supported',
      'id_token_signing_alg_values_supported',
    ])
      expect([name, world.metadata[name]]).toEqual([name, expect.anything()]);
    expect(list('id_token_signing_alg_values_supported')).toContain('RS256');
    expect(list('scopes_supported')).toContain('openid');
  });

  it('every URL has the origin of the issuer and answers', async () => {
    const urls = Object.entries(world.metadata).filter(
      ([, value]) => typeof value === 'string' && /^https?:/.test(value),
    );
    expect(urls.length).toBeGreaterThan(8);
    for (const [name, value] of urls) {
      const url = String(value);
      expect([name, new URL(url).origin]).toEqual([name, server.issuer]);
      const { status } = await request(server, new URL(url).pathname);
      expect([name, status === 404 || status >= 500]).toEqual([name, false]);
    }
  });

  it.each(documents)('%s is the same whatever Host, Forwarded and X-Forwarded-* say', async (path) => {
    const honest = (await request(server, path)).text;
    const forged = await rawGet(server, path, {
      host: 'evil.example',
      forwarded: 'host=evil.example;proto=https;for=10.0.0.1',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '444',
      'x-forwarded-prefix': '/evil',
      'x-original-url': '/evil',
    });
    expect(forged).toBe(honest);
    expect(honest).not.toContain('evil');
  });

  it.each(documents)('%s by another method is 405 with Allow', async (path) => {
    const answer = await post(server, path, {});
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
  });
});

/** A GET with headers that fetch would not send. */
async function rawGet(server: TestServer, path: string, headers: Record<string, string>): Promise<string> {
  const { hostname, port } = new URL(server.issuer);
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });
}
