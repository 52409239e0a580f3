import type { Registration } from '../../src/clients/client-registration.js';
import { contacts } from '../support/server.js';
import { basic, expectRefusal, payloadOf, post } from '../support/relying-party.js';
import { keptErrors } from '../support/kept-errors.js';
import {
  authority,
  type Certificate,
  certificate,
  clientUsage,
  serverUsage,
  type Subject,
} from '../support/certificates.js';
import { certificateHeader, ProxiedServer, robot, through } from '../support/mtls-proxy.js';

describe('G2 tls_client_auth behind a proxy', () => {
  let proxied: ProxiedServer;
  beforeAll(async () => {
    proxied = await ProxiedServer.start();
  });
  afterAll(() => proxied.stop());

  let clientId: string;
  beforeAll(async () => {
    clientId = await proxied.register({
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=robot,O=Example',
    });
  });
  const subject: Subject = [{ O: ['Example'] }, { CN: ['robot'] }];

  it('a certificate of an authority with the registered subject authenticates, in either form of the header', async () => {
    const good = await certificate({ subject, usages: [clientUsage] }, proxied.ours);
    const answer = await proxied.act(clientId, good);
    expect(answer.status).toBe(200);
    expect(payloadOf(answer.body.access_token)).not.toHaveProperty('cnf');
    const fields = { grant_type: 'client_credentials', client_id: clientId };
    expect(
      (await post(proxied.server, '/token', fields, { [certificateHeader]: good.clientCert })).status,
    ).toBe(200);
  });

  it.each<[title: string, make: () => Promise<Certificate | undefined>, why: string]>([
    ['no certificate', async () => undefined, 'none was presented'],
    ['one that signs itself', () => certificate({ subject }), 'issued by none'],
    [
      'one of another authority',
      async () => certificate({ subject }, await authority('Theirs')),
      'issued by none',
    ],
    [
      'one of another authority with the same name',
      async () => certificate({ subject }, await authority('Ours')),
      'issued by none',
    ],
    [
      'one issued by a client',
      async () => certificate({ subject }, await certificate({ subject: [{ CN: ['robot'] }] }, proxied.ours)),
      'issued by none',
    ],
    [
      'one of an authority that has expired',
      () => certificate({ subject }, proxied.expiredAuthority),
      'an authority whose own certificate',
    ],
    ['an expired one', () => certificate({ subject, to: -60 }, proxied.ours), 'is only valid from'],
    [
      'one that is not good yet',
      () => certificate({ subject, from: 60 }, proxied.ours),
      'is only valid from',
    ],
    [
      'one for servers',
      () => certificate({ subject, usages: [serverUsage] }, proxied.ours),
      'is not for client authentication',
    ],
    [
      'one with another subject',
      () => certificate({ subject: [{ CN: ['robot'] }] }, proxied.ours),
      'does not have the registered name',
    ],
  ])(
    'authentication with %s is invalid_client, and the reason is explained to the administrator',
    async (_title, make, why) => {
      const answer = await proxied.act(clientId, await make());
      expectRefusal(answer, 401, 'invalid_client');
      expect(answer.headers.has('www-authenticate')).toBe(false);
      expect(answer.text).not.toContain(why);
      const reference = answer.headers.get('eyrie-reference');
      const refusal = (await keptErrors(proxied.server)).find((row) => row.reference === reference);
      expect(refusal).toMatchObject({ clientId, detail: expect.stringContaining(why) });
    },
  );

  it.each<[Registration, [type: string, value: string]]>([
    [{ tls_client_auth_san_dns: 'robot.example.com' }, ['dns', 'robot.example.com']],
    [{ tls_client_auth_san_uri: 'spiffe://example.com/robot' }, ['url', 'spiffe://example.com/robot']],
    [{ tls_client_auth_san_ip: '2001:db8::7' }, ['ip', '2001:db8::7']],
    [{ tls_client_auth_san_email: 'robot@example.com' }, ['email', 'robot@example.com']],
  ])('%j takes a certificate with that name, and no other', async (registration, [type, value]) => {
    const id = await proxied.register({ token_endpoint_auth_method: 'tls_client_auth', ...registration });
    const named = await certificate({ names: [{ type: type as 'dns', value }] }, proxied.ours);
    expect((await proxied.act(id, named)).status).toBe(200);
    const unnamed = await certificate({ subject: [{ CN: [value] }] }, proxied.ours);
    expectRefusal(await proxied.act(id, unnamed), 401, 'invalid_client');
  });

  it('a client_secret beside the certificate is another method, and invalid_client', async () => {
    const good = await certificate({ subject }, proxied.ours);
    const fields = { grant_type: 'client_credentials' };
    const posted = await proxied.send({ ...fields, client_id: clientId, client_secret: 'a guess' }, good);
    expectRefusal(posted, 401, 'invalid_client');
    const authorization = basic(clientId, 'a guess');
    const answer = await post(proxied.server, '/token', fields, { authorization, ...through(good) });
    expectRefusal(answer, 401, 'invalid_client');
    const both = { ...fields, client_id: clientId, client_secret: 'a guess' };
    expectRefusal(await post(proxied.server, '/token', both, { authorization }), 400, 'invalid_request');
  });

  it('a certificate makes no client out of one that is unknown or has a secret', async () => {
    const good = await certificate({ subject }, proxied.ours);
    expectRefusal(await proxied.act('nobody', good), 401, 'invalid_client');
    expectRefusal(await proxied.send({ grant_type: 'client_credentials' }, good), 401, 'invalid_client');
    expectRefusal(await proxied.act(await proxied.register({}), good), 401, 'invalid_client');
  });

  it.each(['', 'none', '::', ':AAAA:', '%zz', '%2D', '-----BEGIN CERTIFICATE-----'])(
    'a header that holds no certificate (%j) counts as none',
    async (value) => {
      const fields = { grant_type: 'client_credentials', client_id: clientId };
      expectRefusal(
        await post(proxied.server, '/token', fields, { [certificateHeader]: value }),
        401,
        'invalid_client',
      );
    },
  );

  it('two certificates in the header count as none, in either form of it', async () => {
    const good = await certificate({ subject }, proxied.ours);
    const fields = { grant_type: 'client_credentials', client_id: clientId };
    // What somebody sent, and what a proxy adds without taking that away.
    for (const value of [good.clientCert, good.escaped])
      for (const added of [good.clientCert, proxied.other.escaped]) {
        const headers = { [certificateHeader]: `${value}, ${added}` };
        expectRefusal(await post(proxied.server, '/token', fields, headers), 401, 'invalid_client');
      }
  });

  it('introspection, revocation and pushed requests accept a certificate too', async () => {
    const id = await proxied.register({
      ...robot,
      grant_types: ['authorization_code', 'client_credentials'],
      redirect_uris: ['https://writer.example.com/callback'],
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=robot,O=Example',
      introspection_resources: [contacts.identifier],
    });
    const good = await certificate({ subject }, proxied.ours);
    const { access_token: token } = (await proxied.act(id, good)).body;
    const introspected = await proxied.send({ token, client_id: id }, good, '/introspect');
    expect(introspected.body.active).toBe(true);
    expectRefusal(
      await proxied.send({ token, client_id: id }, undefined, '/introspect'),
      401,
      'invalid_client',
    );
    expectRefusal(
      await proxied.send({ token, client_id: id }, proxied.own, '/revoke'),
      401,
      'invalid_client',
    );
    expect((await proxied.send({ token, client_id: id }, good, '/revoke')).status).toBe(200);
    expect((await proxied.send({ token, client_id: id }, good, '/introspect')).body).toEqual({
      active: false,
    });
    const pushed = {
      client_id: id,
      response_type: 'code',
      redirect_uri: 'https://writer.example.com/callback',
      scope: 'contacts.read',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    };
    expectRefusal(await proxied.send(pushed, undefined, '/par'), 401, 'invalid_client');
    expect((await proxied.send(pushed, good, '/par')).status).toBe(201);
  });
});
