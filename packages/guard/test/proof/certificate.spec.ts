import { createHash, X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BearerModule, type CarrierRequest } from '@eyrie/guard';
import { certificateReader } from '../../src/proof/certificate.js';
import { CERTIFICATE, CERTIFICATE_KEY } from '../support/certificate.js';
import { type ContactsApp, ContactsController, startContacts } from '../support/contacts-app.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import { rawRequest } from '../support/raw-request.js';

const { raw } = new X509Certificate(CERTIFICATE);
const THUMBPRINT = createHash('sha256').update(raw).digest('base64url');
const PLAIN = CERTIFICATE.replaceAll('\n', ' ').trim();

let issuer: LocalIssuer;

beforeAll(async () => {
  issuer = await LocalIssuer.start();
});

afterAll(() => issuer.close());

const bound = () => issuer.mint({ cnf: { 'x5t#S256': THUMBPRINT } });

describe('a certificate-bound token over TLS', () => {
  let app: NestFastifyApplication;

  beforeAll(async () => {
    @Module({
      imports: [BearerModule.forRoot({ issuer: issuer.url, audience: AUDIENCE })],
      controllers: [ContactsController],
    })
    class ContactsModule {}
    const https = { key: CERTIFICATE_KEY, cert: CERTIFICATE, requestCert: true, rejectUnauthorized: false };
    app = await NestFactory.create(ContactsModule, new FastifyAdapter({ https }), { logger: false });
    await app.listen(0, '127.0.0.1');
  });

  afterAll(() => app.close());

  const get = async (client: object): Promise<number | undefined> => {
    const headers = { authorization: `Bearer ${await bound()}` };
    const options = { headers, ca: CERTIFICATE, agent: false as const, ...client };
    const url = `${await app.getUrl()}/contacts`;
    return new Promise((resolve, reject) => {
      request(url, options, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
  };

  it('passes with its certificate', async () => {
    expect(await get({ key: CERTIFICATE_KEY, cert: CERTIFICATE })).toBe(200);
  });

  it('gets 401 without', async () => {
    expect(await get({})).toBe(401);
  });
});

describe('a certificate-bound token behind a proxy', () => {
  let trusting: ContactsApp;
  let distrusting: ContactsApp;

  beforeAll(async () => {
    const options = { issuer: issuer.url, audience: AUDIENCE, realm: 'contacts' };
    const mtls = (...trustedProxies: string[]) => ({ header: 'X-Client-Cert', trustedProxies });
    trusting = await startContacts({ ...options, mtls: mtls('10.0.0.0/8', '127.0.0.0/8') });
    distrusting = await startContacts({ ...options, mtls: mtls('10.0.0.1', '::1') });
  });

  afterAll(() => Promise.all([trusting.app.close(), distrusting.app.close()]));

  const get = async (service: ContactsApp, certificate: string, name = 'X-Client-Cert') =>
    rawRequest(`${service.url}/contacts`, [
      ['Authorization', `Bearer ${await bound()}`],
      [name, certificate],
    ]);

  it.each([
    ['as percent-encoded PEM', encodeURIComponent(CERTIFICATE)],
    ['as PEM on one line', PLAIN],
    ['in base64 between colons (RFC 9440)', `:${raw.toString('base64')}:`],
  ])('passes with the certificate %s', async (_title, value) => {
    expect((await get(trusting, value)).status).toBe(200);
  });

  it.each([
    ['nothing', ''],
    ['no certificate', 'certificate'],
    ['bad percent-encoding', '%'],
    ['bad base64', ':AAAA:'],
    ['two certificates', `${PLAIN}, ${PLAIN}`],
  ])('gets 401 with %s in the header', async (_title, value) => {
    expect(await get(trusting, value)).toMatchObject({
      status: 401,
      challenge:
        'Bearer realm="contacts", error="invalid_token", ' +
        'error_description="The access token is bound to a certificate that the request does not present"',
    });
  });

  it('gets 401 with the certificate in another header', async () => {
    expect((await get(trusting, encodeURIComponent(CERTIFICATE), 'Client-Cert')).status).toBe(401);
  });

  it('gets 401 with the header of somebody who is no trusted proxy', async () => {
    expect((await get(distrusting, encodeURIComponent(CERTIFICATE))).status).toBe(401);
  });

  it.each([
    ['10.1.2.3', THUMBPRINT],
    ['::ffff:10.1.2.3', THUMBPRINT],
    ['fd00::1', THUMBPRINT],
    ['11.1.2.3', undefined],
    ['fe80::1', undefined],
  ])('the address %s is told from others', (remoteAddress, expected) => {
    const reader = certificateReader({ header: 'client-cert', trustedProxies: ['10.0.0.0/8', 'fd00::/8'] });
    const headers = { 'client-cert': encodeURIComponent(CERTIFICATE) };
    expect(reader({ headers, socket: { remoteAddress } })).toBe(expected);
  });
});

it('a certificate-bound token passes or not by what the service itself reads of the request', async () => {
  const mtls = ({ headers }: CarrierRequest) => (headers['x-proven'] === 'yes' ? THUMBPRINT : undefined);
  const service = await startContacts({ issuer: issuer.url, audience: AUDIENCE, mtls });
  try {
    const get = async (proven: string) =>
      (
        await rawRequest(`${service.url}/contacts`, [
          ['Authorization', `Bearer ${await bound()}`],
          ['X-Proven', proven],
        ])
      ).status;
    expect([await get('yes'), await get('no')]).toEqual([200, 401]);
  } finally {
    await service.app.close();
  }
});
