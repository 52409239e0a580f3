import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Registration } from '../../../src/clients/client-registration.js';
import { authority, type Certificate, certificate } from '../../support/certificates.js';
import {
  type Answer,
  expectRefusal,
  type Fields,
  payloadOf,
  post,
  RelyingParty,
} from '../../support/relying-party.js';
import type { Check, World } from './world.js';

const header = 'X-Client-Cert';
export const certificateOrigin = 'https://mtls.example.com';

/** Certificates of clients, and the settings of a server that takes them from a proxy. */
export interface Certificates {
  readonly issued: Certificate;
  readonly own: Certificate;
  readonly settings: Record<string, string>;
  forget(): Promise<void>;
}

export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'eyrie-advertised-'));
  const ours = await authority('Ours');
  const file = join(folder, 'ca.pem');
  await writeFile(file, ours.cert);
  return {
    issued: await certificate({}, ours),
    own: await certificate(),
    settings: {
      EYRIE_MTLS: 'on',
      EYRIE_MTLS_HEADER: header,
      EYRIE_MTLS_CA: file,
      EYRIE_MTLS_ORIGIN: certificateOrigin,
      EYRIE_TRUSTED_PROXIES: '127.0.0.0/8',
    },
    forget: () => rm(folder, { recursive: true }),
  };
}

/** How a client that authenticates by a certificate is registered, and the certificate; undefined for other methods. */
export function certificateFor(
  { certificates }: World,
  method: string,
): { readonly presented: Certificate; readonly registration: Registration } | undefined {
  if (!certificates) return undefined;
  const { issued, own } = certificates;
  if (method === 'tls_client_auth')
    return { presented: issued, registration: { tls_client_auth_subject_dn: 'CN=robot' } };
  if (method === 'self_signed_tls_client_auth')
    return { presented: own, registration: { jwks: { keys: [own.jwk] } } };
  return undefined;
}

/** A request through the proxy, which passes the certificate. */
export const presenting = async (
  { server }: World,
  { escaped }: Certificate,
  path: string,
  fields: Fields,
): Promise<Answer> => post(server, path, fields, { [header]: escaped });

/** What may be asked for with a certificate. */
export const certificateChecks: Readonly<Record<string, Check>> = {
  async tls_client_certificate_bound_access_tokens(value, world) {
    const machine = { grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_post' };
    const bound = { ...machine, tls_client_certificate_bound_access_tokens: true };
    if (value === undefined) {
      expect((await world.admin.post('/clients', bound)).status).toBe(400);
      return;
    }
    const { clientId: client_id, secret: client_secret } = await RelyingParty.register(world.server, bound);
    const fields = { grant_type: 'client_credentials', client_id, client_secret };
    const { own } = world.certificates!;
    const answer = await presenting(world, own, '/token', fields);
    expect([value, payloadOf(answer.body.access_token).cnf]).toEqual([true, { 'x5t#S256': own.thumbprint }]);
    expectRefusal(await post(world.server, '/token', fields), 400, 'invalid_request');
  },

  async mtls_endpoint_aliases(value, world) {
    const expected = world.certificates
      ? Object.fromEntries(
          [
            'token_endpoint',
            'pushed_authorization_request_endpoint',
            'device_authorization_endpoint',
            'backchannel_authentication_endpoint',
            'userinfo_endpoint',
            'introspection_endpoint',
            'revocation_endpoint',
          ].map((name) => [
            name,
            String(world.metadata[name]).replace(world.server.issuer, certificateOrigin),
          ]),
        )
      : undefined;
    expect(value).toEqual(expected);
  },
};
