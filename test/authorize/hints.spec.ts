import { signIn, TestBrowser } from '../support/browser.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';
import { authorizeUrl } from '../support/authorization-requests.js';
import { shows } from '../support/walk.js';
import { carol } from '../support/server.js';
import { useSignedInBrowser } from '../support/use-browser.js';

const passwordAcr = 'urn:eyrie:acr:password';

describe('Hints of an authorization request', () => {
  const server = useServer({}, { users: [alice] });
  let subject: string;
  const browser = useSignedInBrowser(server, carol);

  beforeAll(async () => {
    subject = await server.createUser(carol);
    await server.register(messageWriter);
  });

  const register = (changes = {}) =>
    RelyingParty.register(
      server,
      { scope: 'openid profile email address phone offline_access contacts.read', ...changes },
      browser,
    );

  it('A11 login_hint fills in the username, escaped', async () => {
    const nobody = new TestBrowser(server.issuer);

    const page = await nobody.open(authorizeUrl({ login_hint: '"><script>alert(1)</script>' }));

    expect(page.html).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  });

  it('A11 login_hint of another user than the signed-in one changes nothing', async () => {
    const party = await register();

    const { id_token } = await party.tokens({ login_hint: 'alice', scope: 'openid' });

    expect(payloadOf(id_token).sub).toBe(subject);
  });

  it.each([
    ['ui_locales', 'fr-CA fr en'],
    ['ui_locales', '../../etc'],
    ['claims_locales', 'xx-invalid-'],
    ['display', 'popup'],
    ['display', 'nonsense'],
    ['acr_values', 'urn:nobody:knows 7'],
  ])('A11 %s=%s causes no error', async (name, value) => {
    expect(shows.signIn(await new TestBrowser(server.issuer).open(authorizeUrl({ [name]: value })))).toBe(
      true,
    );
  });

  it.each([[passwordAcr], ['urn:better:one'], [`urn:better:one ${passwordAcr}`], [undefined]])(
    'A11 with acr_values=%s the acr that was reached is in the ID token, with amr',
    async (acr_values) => {
      const { id_token } = await (await register()).tokens({ acr_values, scope: 'openid' });

      expect(payloadOf(id_token)).toMatchObject({ acr: passwordAcr, amr: ['pwd'] });
    },
  );
  it('A11 the sign-in page shown again after an error keeps what was typed, escaped', async () => {
    const nobody = new TestBrowser(server.issuer);
    const page = await nobody.open(authorizeUrl());

    const again = await signIn(nobody, page, { username: '<i>"x', password: 'y' });

    expect(again.html).toContain('value="&lt;i&gt;&quot;x"');
  });
});
