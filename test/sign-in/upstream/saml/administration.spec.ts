import { AdminCaller } from '../../../support/admin-caller.js';
import { certificate } from '../../../support/certificates.js';
import { entityId, samlKey } from '../../../support/saml-idp.js';
import { useServer } from '../../../support/server.js';

const key = await samlKey();
const elliptic = await certificate();
const base64 = key.certificate.replace(/-----[^-]+-----|\s/g, '');

describe('The admin API for SAML upstreams', () => {
  const server = useServer();
  const saml = {
    alias: 'acme',
    name: 'Acme',
    protocol: 'saml',
    idp_entity_id: entityId,
    sso_url: 'https://idp.acme.example/sso',
    certificates: [base64],
  };

  it('registers one with a certificate as metadata have it, and shows where its responses go', async () => {
    const admin = await AdminCaller.register(server, 'eyrie.upstreams');
    expect(await admin.put('/upstreams', saml)).toMatchObject({
      status: 200,
      body: { protocol: 'saml', redirect_uri: `${server.issuer}/upstream/acme/acs` },
    });
  });

  it('takes the protocol of a preset', async () => {
    const admin = await AdminCaller.register(server, 'eyrie.upstreams');
    const { protocol: _protocol, ...others } = saml;
    for (const preset of ['entra_saml', 'okta_saml', 'google_saml', 'adfs', 'keycloak_saml']) {
      const { body } = await admin.put('/upstreams', { ...others, alias: preset.replace('_', '-'), preset });
      expect(body).toMatchObject({ protocol: 'saml', email_verified: 'assumed' });
    }
  });

  it.each([
    ['idp_entity_id', 'no entity id', { idp_entity_id: undefined }],
    ['sso_url', 'no URL', { sso_url: undefined }],
    ['sso_url', 'a URL without TLS', { sso_url: 'http://idp.acme.example/sso' }],
    ['certificates', 'no certificate', { certificates: [] }],
    ['certificates', 'what is no certificate', { certificates: ['MIIC'] }],
    ['certificates', 'a key that is not RSA', { certificates: [elliptic.cert] }],
    ['subject_claim', 'a transient NameID as subject', { name_id_format: 'transient' }],
    ['preset', 'a preset of another protocol', { preset: 'okta' }],
  ])('names %s for %s', async (member, _name, members) => {
    const admin = await AdminCaller.register(server, 'eyrie.upstreams');
    const { status, text } = await admin.put('/upstreams', { ...saml, ...members });
    expect(status).toBe(400);
    expect(text).toContain(member);
  });

  it('has no endpoints of SAML for other upstreams', async () => {
    const admin = await AdminCaller.register(server, 'eyrie.upstreams');
    const issuer = 'https://login.acme.example';
    await admin.put('/upstreams', {
      alias: 'plain',
      name: 'Plain',
      issuer,
      client_id: 'eyrie',
      client_secret: 'secret of eyrie',
    });
    for (const alias of ['plain', 'none']) {
      expect((await fetch(`${server.issuer}/upstream/${alias}/metadata`)).status).toBe(404);
      expect((await fetch(`${server.issuer}/upstream/${alias}/acs`, { method: 'POST' })).status).toBe(404);
    }
  });
});
