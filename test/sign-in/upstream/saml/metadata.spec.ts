import { Database } from '../../../../src/persistence/database.js';
import { MetadataSchedule } from '../../../../src/sign-in/upstream/saml/metadata-schedule.js';
import { AdminCaller } from '../../../support/admin-caller.js';
import { TestBrowser } from '../../../support/browser.js';
import { expectExplained } from '../../../support/kept-errors.js';
import {
  entityId,
  postResponse,
  SamlIdentityProvider,
  type SamlKey,
  samlKey,
} from '../../../support/saml-idp.js';
import { base64Of, MetadataHost, metadataXml, service } from '../../../support/saml-metadata.js';
import { bring, logoutRequestXml, sloUrl } from '../../../support/saml-logout.js';
import { startServer, useServer } from '../../../support/server.js';
import { goTo } from '../../../support/upstream.js';

const provider = await SamlIdentityProvider.start();
const next = await samlKey();
const expired = await samlKey(-1);
const host = await MetadataHost.start();
afterAll(() => host.stop());

const day = 86_400;

describe('A SAML upstream that is registered by its metadata', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1', EYRIE_ANONYMOUS_REQUESTS: '1000' });
  let admin: AdminCaller;
  let count = 0;
  let alias: string;
  beforeEach(async () => {
    admin = await AdminCaller.register(server, 'eyrie.upstreams');
    alias = count === 0 ? 'acme' : `acme-${count}`;
    count += 1;
    host.status = 200;
    host.document = metadataXml({ keys: [provider.signing] });
    host.asked = 0;
  });

  const base = { name: 'Acme', protocol: 'saml', new_account: 'create', email_verified: 'assumed' };
  const put = (members: object): ReturnType<AdminCaller['put']> =>
    admin.put('/upstreams', { alias, ...base, ...members });
  const signIn = async (by: SamlKey, nameId: string): Promise<Response> => {
    const browser = new TestBrowser(server.issuer);
    const url = await goTo(browser, await browser.open('/login'), alias);
    expect(url).toContain('https://idp.acme.example/sso?');
    return postResponse(url, provider.answer(url, { by, nameId }));
  };
  const events = async (): Promise<{ event: string; actor: string; detail: string }[]> =>
    server.app
      .get(Database)
      .query(
        "SELECT event, actor, detail FROM audit_events WHERE event LIKE 'upstream.%' ORDER BY id DESC",
        [],
      );

  it('by their URL needs no entity id, URL or certificate, and shows what was read', async () => {
    const { status, body } = await put({ metadata_url: host.url });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        metadata_url: host.url,
        metadata_read: {
          read_at: expect.any(Number) as number,
          idp_entity_id: entityId,
          sso_urls: { redirect: 'https://idp.acme.example/sso' },
          slo_urls: { redirect: sloUrl },
          certificates: [base64Of(provider.signing)],
        },
      },
    });
    expect(body).not.toHaveProperty('certificates');
    expect((await signIn(provider.signing, 'ada')).status).toBe(303);
    expect((await signIn(next, 'ada')).status).toBe(400);
    const xml = logoutRequestXml(server, { nameId: 'ada' });
    expect((await bring(server.issuer, 'SAMLRequest', xml, { by: provider.signing })).status).toBe(303);
  });

  it('by the document itself asks no URL', async () => {
    expect((await put({ metadata: metadataXml({ keys: [provider.signing] }) })).status).toBe(200);
    expect((await signIn(provider.signing, 'bea')).status).toBe(303);
    expect(host.asked).toBe(0);
  });

  it('has members of its own that stand above what was read', async () => {
    await put({ metadata_url: host.url, certificates: [next.certificate] });
    expect((await signIn(provider.signing, 'cleo')).status).toBe(400);
    expect((await signIn(next, 'cleo')).status).toBe(303);
  });

  it.each([
    [
      'HTTP-POST where there is no redirect',
      undefined,
      service('SingleSignOnService', 'POST', 'https://idp.acme.example/post'),
    ],
    [
      'HTTP-POST where the operator wants it',
      'post',
      service('SingleSignOnService', 'Redirect', 'https://idp.acme.example/sso') +
        service('SingleSignOnService', 'POST', 'https://idp.acme.example/post'),
    ],
  ])('sends requests by %s', async (_title, sso_binding, sso) => {
    host.document = metadataXml({ keys: [provider.signing], sso });
    await put({ metadata_url: host.url, sso_binding });
    const browser = new TestBrowser(server.issuer);
    const page = await browser.submit(await browser.open('/login'), { upstream: alias });
    expect(page.html).toContain('<form method="post" action="https://idp.acme.example/post">');
  });

  const wrong: readonly [string, string, () => string][] = [
    [
      'a document type',
      'the document has a document type',
      () => `<!DOCTYPE x>${metadataXml({ keys: [next] })}`,
    ],
    [
      'an external entity',
      'the document has a document type',
      () =>
        `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${metadataXml({ keys: [next], entity: '&e;' })}`,
    ],
    [
      'an entity that is not declared',
      'not well-formed',
      () => metadataXml({ keys: [next], entity: 'https://x' }).replace('<md:KeyDesc', '&e;<md:KeyDesc'),
    ],
    [
      'a comment that does not end',
      'the document has a document type, a comment',
      () => `${metadataXml({ keys: [next] })}<!-- `,
    ],
    [
      'a processing instruction',
      'an instruction',
      () => metadataXml({ keys: [next] }).replace('<md:IDP', '<?x y?><md:IDP'),
    ],
    ['another document', 'expected the EntityDescriptor of one provider, not html', () => '<html/>'],
    [
      'several providers',
      'expected the EntityDescriptor of one provider, not EntitiesDescriptor',
      () => '<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"/>',
    ],
    [
      'a service provider',
      'expected one IDPSSODescriptor',
      () => metadataXml({ keys: [next] }).replaceAll('IDPSSODescriptor', 'SPSSODescriptor'),
    ],
    [
      'SAML 1.1',
      'does not support SAML 2.0',
      () => metadataXml({ keys: [next], protocol: 'urn:oasis:names:tc:SAML:1.1:protocol' }),
    ],
    ['no certificate', 'there is no certificate', () => metadataXml({ keys: [] })],
    [
      'certificates for encryption alone',
      'there is no certificate',
      () => metadataXml({ keys: [next], use: ' use="encryption"' }),
    ],
    [
      'no service',
      'there is no SingleSignOnService',
      () =>
        metadataXml({
          keys: [next],
          sso: service('SingleSignOnService', 'Artifact', 'https://idp.acme.example'),
        }),
    ],
    [
      'an end that is over',
      'they were valid until',
      () => metadataXml({ keys: [next], validUntil: '2020-01-01T00:00:00Z' }),
    ],
    [
      'an end with a zone',
      'validUntil is not a time in UTC',
      () => metadataXml({ keys: [next], validUntil: '2120-01-01T00:00:00+01:00' }),
    ],
    [
      'more elements than are read',
      'too many elements',
      () => metadataXml({ keys: [next], slo: '<md:x/>'.repeat(20_000) }),
    ],
  ];
  it.each(wrong)(
    'is refused for metadata with %s, from a URL and as they are',
    async (_title, reason, made) => {
      host.document = made();
      for (const members of [
        { metadata_url: host.url },
        ...(host.document.length < 30_000 ? [{ metadata: host.document }] : []),
      ]) {
        const { status, text } = await put(members);
        expect(status).toBe(400);
        expect(text).toContain(`cannot be read: `);
        expect(text).toContain(reason);
        expect(text).not.toContain('root:');
        expect(text).not.toContain('is missing');
      }
    },
  );

  it.each<[string, object | (() => object), string]>([
    ['a URL without TLS', { metadata_url: 'http://idp.acme.example/metadata' }, 'metadata_url'],
    ['a URL of a private network', { metadata_url: 'https://10.0.0.1/metadata' }, 'metadata_url'],
    ['both', () => ({ metadata_url: host.url, metadata: '<x/>' }), 'cannot stand beside metadata_url'],
    [
      'a refresh without a URL',
      { metadata: metadataXml({ keys: [next] }), metadata_refresh: true },
      'needs metadata_url',
    ],
    [
      'an answer that is too large',
      () => ((host.document = 'x'.repeat(600_000)), { metadata_url: host.url }),
      'larger than',
    ],
    [
      'a URL that answers with a fault',
      () => ((host.status = 500), { metadata_url: host.url }),
      'answered 500',
    ],
    [
      'an sso_url in them that is not allowed',
      () => ({
        metadata: metadataXml({
          keys: [next],
          sso: service('SingleSignOnService', 'Redirect', 'http://idp.acme.example'),
        }),
      }),
      'sso_url',
    ],
  ])('is refused for %s', async (_title, given, reason) => {
    const { status, text } = await put(typeof given === 'function' ? given() : given);
    expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining(reason) as string });
  });

  it('is not accepted any more after the end of its metadata', async () => {
    const end = server.clock.now() + 100;
    host.document = metadataXml({
      keys: [provider.signing],
      validUntil: new Date(end * 1_000).toISOString(),
    });
    await put({ metadata_url: host.url });
    const browser = new TestBrowser(server.issuer);
    const url = await goTo(browser, await browser.open('/login'), alias);
    server.clock.advance(101);
    const response = await postResponse(url, provider.answer(url));
    const refused = { headers: response.headers, html: await response.text() };
    expect(response.status).toBe(400);
    await expectExplained(server, refused, {
      error: 'bad_answer',
      detail: `the metadata of the upstream were valid until ${end}`,
    });
  });

  it('keeps what was read when it is registered again, and when files are applied', async () => {
    await put({ metadata_url: host.url });
    host.document = metadataXml({ keys: [next] });
    const { status, body } = await put({ metadata_url: host.url, name: 'Acme Corp' });
    expect({ status, body, asked: host.asked }).toMatchObject({
      status: 200,
      body: { metadata_read: { certificates: [base64Of(provider.signing)] } },
      asked: 1,
    });
  });

  it('takes over what has changed when an administrator asks for it, and only of the same provider', async () => {
    await put({ metadata_url: host.url });
    host.document = metadataXml({ keys: [next], entity: 'https://evil.example' });
    const refused = await admin.post(`/upstreams/${alias}/metadata`, {});
    expect({ status: refused.status, text: refused.text }).toEqual({
      status: 409,
      text: expect.stringContaining('they are of https://evil.example') as string,
    });
    expect((await signIn(provider.signing, 'dora')).status).toBe(303);
    expect((await events())[0]).toMatchObject({ event: 'upstream.metadata_failed' });

    host.document = metadataXml({ keys: [next] });
    const done = await admin.post(`/upstreams/${alias}/metadata`, {});
    expect(done).toMatchObject({ body: { metadata_read: { certificates: [base64Of(next)] } } });
    expect((await signIn(next, 'dora')).status).toBe(303);
    expect((await events())[0]).toMatchObject({
      event: 'upstream.updated',
      detail: expect.stringContaining('certificates') as string,
    });
    expect((await admin.post('/upstreams/none/metadata', {})).status).toBe(404);
    await put({ metadata: host.document });
    expect((await admin.post(`/upstreams/${alias}/metadata`, {})).status).toBe(409);
  });

  describe('and followed', () => {
    const refresh = (of = server): Promise<void> => of.app.get(MetadataSchedule).refreshDue();

    it('takes over a new certificate within a day, on one replica, and keeps the old one when they cannot be read', async () => {
      await put({ metadata_url: host.url, metadata_refresh: true });
      host.document = metadataXml({ keys: [next] });
      await refresh();
      expect(host.asked).toBe(1);

      const replica = await startServer({
        DATABASE_URL: server.databaseUrl,
        EYRIE_OUTBOUND_ALLOW: '127.0.0.1',
      });
      try {
        server.clock.advance(day);
        replica.clock.advance(day);
        host.status = 503;
        await Promise.all([refresh(), refresh(replica)]);
        expect(host.asked).toBe(2);
        expect((await events())[0]).toMatchObject({
          event: 'upstream.metadata_failed',
          actor: 'metadata refresh',
        });
        admin = await AdminCaller.register(server, 'eyrie.upstreams');
        expect((await put({ metadata_url: host.url, metadata_refresh: true })).body).toMatchObject({
          metadata_read: { certificates: [base64Of(provider.signing)] },
        });

        host.status = 200;
        await refresh();
        expect(host.asked).toBe(2);
        server.clock.advance(3_601);
        await refresh();
      } finally {
        await replica.stop();
      }
      expect(host.asked).toBe(3);
      expect((await events())[0]).toMatchObject({ event: 'upstream.updated', actor: 'metadata refresh' });
      await refresh();
      expect(host.asked).toBe(3);
    });

    it('is left alone unless the operator wants it followed', async () => {
      await put({ metadata_url: host.url });
      host.document = metadataXml({ keys: [next] });
      server.clock.advance(2 * day);
      await refresh();
      admin = await AdminCaller.register(server, 'eyrie.upstreams');
      expect((await admin.get(`/upstreams/${alias}`)).body).toMatchObject({
        metadata_read: { certificates: [base64Of(provider.signing)] },
      });
    });
  });

  it('may have certificates that have expired, which do not count', async () => {
    host.document = metadataXml({ keys: [expired, provider.signing] });
    await put({ metadata_url: host.url });
    const { body } = await admin.get(`/upstreams/${alias}`);
    expect(body).toMatchObject({
      metadata_read: { certificates: [base64Of(expired), base64Of(provider.signing)] },
    });
  });
});
