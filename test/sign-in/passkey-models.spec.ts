import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PasskeysStore } from '../../src/persistence/stores/passkeys.store.js';
import { type Attestation, Authenticator } from '../support/authenticator.js';
import type { Shown, TestBrowser } from '../support/browser.js';
import { authority, type Certificate, certificate } from '../support/certificates.js';
import { alice, freePort, startServer, type TestServer } from '../support/server.js';
import { signedInBrowser } from '../support/walk.js';

const allowed = 'ee882879-721c-4913-9775-3dfcce97072a';
const other = '2fc0579f-8113-47ea-b116-bb5a8db9202a';
const zeros = '00000000-0000-0000-0000-000000000000';

const optionsOn = (page: Shown): string =>
  (/data-options="([^"]*)"/.exec(page.html)?.[1] ?? '').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

const authenticatorCertificate = (issuer: Certificate, more = {}): Promise<Certificate> =>
  certificate(
    {
      subject: [{ C: ['CH'] }, { O: ['Acme'] }, { OU: ['Authenticator Attestation'] }, { CN: ['Acme Key'] }],
      ...more,
    },
    issuer,
  );

describe('Passkeys of chosen models', () => {
  let folder: string;
  let root: Certificate;
  let server: TestServer;
  let browser: TestBrowser;
  let aliceId: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eyrie-models-'));
    root = await authority('Acme Root');
    await writeFile(join(folder, 'roots.pem'), root.cert);
  });
  afterEach(() => server.stop());
  afterAll(() => rm(folder, { recursive: true }));

  /** A server with these settings, at which Alice is signed in. */
  const start = async (environment: Record<string, string>): Promise<void> => {
    const port = String(await freePort());
    server = await startServer({ PORT: port, EYRIE_ISSUER: `http://localhost:${port}`, ...environment });
    aliceId = await server.createUser(alice);
    browser = await signedInBrowser(server);
  };

  const setUpPage = async (): Promise<Shown> =>
    browser.submit(await browser.open('/account/security'), { factor: 'passkey' });

  const setUp = async (aaguid: string, attestation: Attestation): Promise<Shown> => {
    const page = await setUpPage();
    const authenticator = new Authenticator(server.issuer, aaguid, attestation);
    return browser.submit(page, { passkey: authenticator.create(optionsOn(page)), name: 'Key' });
  };

  const keptModels = async (): Promise<string[]> =>
    (await server.app.get(PasskeysStore).of(aliceId)).map(({ aaguid }) => aaguid);

  const expectRefused = async (page: Shown): Promise<void> => {
    expect(page.status).toBe(401);
    expect(page.html).toMatch(
      /<div class="alert" role="alert"[^>]*>\s*<p>This kind of passkey is not allowed here/,
    );
    expect(await keptModels()).toEqual([]);
  };

  it('without the setting browsers are not asked for the model, and each is taken', async () => {
    await start({});
    const page = await setUpPage();
    await setUp(other, 'self');

    expect(JSON.parse(optionsOn(page))).toMatchObject({ attestation: 'none' });
    expect(await keptModels()).toEqual([other]);
  });

  describe('by a list alone', () => {
    beforeEach(() =>
      start({ EYRIE_PASSKEY_MODELS: `${allowed.toUpperCase()}, 11111111-1111-1111-1111-111111111111` }),
    );

    it('browsers are asked for an attestation', async () => {
      expect(JSON.parse(optionsOn(await setUpPage()))).toMatchObject({ attestation: 'direct' });
    });

    it.each(['none', 'self'] as const)(
      'a model of the list is taken, with the attestation %s',
      async (attestation) => {
        await setUp(allowed, attestation);

        expect(await keptModels()).toEqual([allowed]);
      },
    );

    it.each([
      ['another model', other],
      ['a model that does not say what it is', zeros],
    ])('%s is refused on the page, and nothing is kept', async (_what, aaguid) => {
      await expectRefused(await setUp(aaguid, 'self'));
    });

    it('an attestation that was signed by another key is refused', async () => {
      const leaf = await authenticatorCertificate(root);
      const { key } = await certificate();
      const page = await setUp(allowed, { leaf: { ...leaf, key } });

      expect(page.html).toContain('This passkey cannot be used here.');
      expect(await keptModels()).toEqual([]);
    });
  });

  describe('by a list and root certificates', () => {
    beforeEach(() =>
      start({ EYRIE_PASSKEY_MODELS: allowed, EYRIE_PASSKEY_ROOTS: join(folder, 'roots.pem') }),
    );

    it('a model of the list is taken if a root vouches for it, directly or through an authority', async () => {
      const between = await certificate({ subject: [{ CN: ['Acme Batch'] }], isAuthority: true }, root);
      await setUp(allowed, { leaf: await authenticatorCertificate(root) });
      await setUp(allowed, { leaf: await authenticatorCertificate(root), above: [root.cert] });
      await setUp(allowed, { leaf: await authenticatorCertificate(between), above: [between.cert] });

      expect(await keptModels()).toEqual([allowed, allowed, allowed]);
    });

    it('another model is refused although a root vouches for it', async () => {
      await expectRefused(await setUp(other, { leaf: await authenticatorCertificate(root) }));
    });

    it.each<[what: string, attestation: () => Promise<Attestation>]>([
      ['that nobody vouches for', async () => 'none'],
      ['that vouches for itself', async () => 'self'],
      [
        'of another root with the same name',
        async () => ({ leaf: await authenticatorCertificate(await authority('Acme Root')) }),
      ],
      [
        'whose chain has a gap',
        async () => {
          const between = await certificate({ subject: [{ CN: ['Acme Batch'] }], isAuthority: true }, root);
          return { leaf: await authenticatorCertificate(between), above: [root.cert] };
        },
      ],
      [
        'whose chain goes through a certificate that is no authority',
        async () => {
          const between = await certificate({ subject: [{ CN: ['Acme Batch'] }] }, root);
          return { leaf: await authenticatorCertificate(between), above: [between.cert] };
        },
      ],
      [
        'whose authority has expired',
        async () => {
          const between = await certificate(
            { subject: [{ CN: ['Acme Batch'] }], isAuthority: true, from: -7_200, to: -3_600 },
            root,
          );
          return { leaf: await authenticatorCertificate(between), above: [between.cert] };
        },
      ],
      [
        'with too many certificates',
        async () => {
          const leaf = await authenticatorCertificate(root);
          return { leaf, above: Array.from({ length: 8 }, () => root.cert) };
        },
      ],
    ])('one %s is refused', async (_what, attestation) => {
      await expectRefused(await setUp(allowed, await attestation()));
    });
  });

  it('root certificates that are none end the start with one line', async () => {
    await start({});
    const file = join(folder, 'none.pem');
    await writeFile(file, 'none');

    await expect(startServer({ EYRIE_PASSKEY_MODELS: allowed, EYRIE_PASSKEY_ROOTS: file })).rejects.toThrow(
      /^EYRIE_PASSKEY_ROOTS: cannot use .*none\.pem \(it contains no certificate/,
    );
  });
});

describe('The origin at which a passkey was used', () => {
  let server: TestServer;
  let browser: TestBrowser;
  let user: { readonly username: string; readonly password: string };
  let count = 0;
  const related = 'https://app.example.org';

  beforeAll(async () => {
    const port = String(await freePort());
    server = await startServer({
      PORT: port,
      EYRIE_ISSUER: `http://localhost:${port}`,
      EYRIE_BRAND_NAME: 'Example',
      EYRIE_PASSKEY_ORIGINS: related,
    });
  });
  beforeEach(async () => {
    user = { username: `user-${++count}`, password: alice.password };
    await server.createUser(user);
    browser = await signedInBrowser(server, user);
  });
  afterAll(() => server.stop());

  const signInWith = async (authenticator: Authenticator): Promise<Shown> => {
    const page = await browser.open('/login');
    return browser.submit(page, { passkey: authenticator.get(optionsOn(page)) });
  };

  it.each<[outcome: string, origin: () => string, isAccepted: boolean]>([
    ['ours, and accepted', () => server.issuer, true],
    ['a related one, and accepted', () => related, true],
    ['another one, and refused', () => 'https://evil.example', false],
    ['one that only begins like a related one, and refused', () => `${related}.evil.example`, false],
  ])('is %s', async (_outcome, origin, isAccepted) => {
    const page = await browser.submit(await browser.open('/account/security'), { factor: 'passkey' });
    const authenticator = new Authenticator(origin());
    const options = optionsOn(page);
    const shown = await browser.submit(page, { passkey: authenticator.create(options), name: 'Key' });

    expect(JSON.parse(options)).toMatchObject({ rp: { id: 'localhost', name: 'Example' } });
    expect(shown.html.includes('This passkey cannot be used here.')).toBe(!isAccepted);
    browser.cookies.clear();
    expect((await signInWith(authenticator)).url.endsWith('/account')).toBe(isAccepted);
  });

  it('of a passkey that was set up here is checked at each sign-in', async () => {
    const page = await browser.submit(await browser.open('/account/security'), { factor: 'passkey' });
    const authenticator = new Authenticator(server.issuer);
    await browser.submit(page, { passkey: authenticator.create(optionsOn(page)), name: 'Key' });
    browser.cookies.clear();
    const elsewhere = Object.assign(Object.create(authenticator) as Authenticator, {
      origin: 'https://evil.example',
    });

    expect((await signInWith(elsewhere)).status).toBe(401);
    expect((await signInWith(authenticator)).url).toMatch(/\/account$/);
  });
});
