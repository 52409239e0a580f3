import { TestBrowser } from '../support/browser.js';
import { alice, messageWriter, useServer } from '../support/server.js';
import { payloadOf, RelyingParty } from '../support/relying-party.js';
import { authorizeUrl, expectCode, expectErrorRedirect } from '../support/authorization-requests.js';
import { shows } from '../support/walk.js';
import { carol } from '../support/server.js';
import { useSignedInBrowser } from '../support/use-browser.js';

const passwordAcr = 'urn:eyrie:acr:password';

describe('The claims parameter of an authorization request', () => {
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

  it.each([
    ['no JSON', 'x'],
    ['half of JSON', '{"id_token":'],
    ['an array', '[]'],
    ['a string', '"id_token"'],
    ['null', 'null'],
    ['a number', '1'],
    ['a target that is an array', '{"id_token":[]}'],
    ['a target that is a string', '{"userinfo":"name"}'],
    ['a claim that is a string', '{"id_token":{"name":"x"}}'],
    ['a claim that is an array', '{"id_token":{"name":[]}}'],
    ['essential that is no boolean', '{"userinfo":{"name":{"essential":"yes"}}}'],
    ['values that is no array', '{"userinfo":{"name":{"values":"x"}}}'],
    ['a name with characters that no description has', '{"userinfo":{"\\"\\n\\\\é🧭":1}}'],
    ['a thousand open brackets', '['.repeat(1_000)],
  ])('A11 claims of %s is invalid_request', async (_what, claims) => {
    expectErrorRedirect(await browser.send(authorizeUrl({ claims })), 'invalid_request', server);
  });

  it.each([
    ['an empty object', '{}'],
    ['empty targets', '{"id_token":{},"userinfo":null}'],
    ['unknown targets', '{"banana":{"x":1}}'],
    ['unknown claims', '{"id_token":{"shoe_size":{"essential":true}}}'],
    [
      'names of Object.prototype',
      '{"__proto__":{"x":1},"id_token":{"__proto__":{"essential":true},"constructor":null}}',
    ],
    ['language tags', '{"userinfo":{"name#ja-Kana-JP":null}}'],
  ])('A11 claims with %s causes no error', async (_what, claims) => {
    const page = await new TestBrowser(server.issuer).open(authorizeUrl({ claims }));

    expect(shows.signIn(page)).toBe(true);
  });

  it('A11 an essential acr that cannot be reached is unmet_authentication_requirements', async () => {
    for (const acr of [{ value: 'urn:better' }, { values: ['urn:better', 'urn:best'] }]) {
      const claims = JSON.stringify({ id_token: { acr: { essential: true, ...acr } } });
      expectErrorRedirect(
        await browser.send(authorizeUrl({ claims })),
        'unmet_authentication_requirements',
        server,
      );
    }
  });

  it('A11 an essential acr that can be reached, and a voluntary one that cannot, get what was reached', async () => {
    const party = await register();
    for (const acr of [
      { essential: true, value: passwordAcr },
      { essential: true, values: ['urn:better', passwordAcr] },
      { essential: true },
      { value: 'urn:better' },
    ]) {
      const { id_token } = await party.tokens({
        scope: 'openid',
        claims: JSON.stringify({ id_token: { acr } }),
      });
      expect(payloadOf(id_token).acr).toBe(passwordAcr);
    }
  });

  it.each([
    ['id_token', 'value', () => ({ value: subject })],
    ['userinfo', 'value', () => ({ value: subject })],
    ['id_token', 'values', () => ({ values: ['x', subject] })],
  ])('A11 a sub of %s by %s that is the signed-in user gets a code', async (target, _how, sub) => {
    const party = await register();

    const { id_token } = await party.tokens({
      scope: 'openid',
      claims: JSON.stringify({ [target]: { sub: sub() } }),
    });

    expect(payloadOf(id_token).sub).toBe(subject);
  });

  it.each([
    ['id_token', { value: 'somebody else' }],
    ['userinfo', { value: 'somebody else' }],
    ['id_token', { values: ['x', 'y'] }],
    ['id_token', { value: 7 }],
  ])('A11 a sub of %s by %j that is not the signed-in user is login_required', async (target, sub) => {
    const claims = JSON.stringify({ [target]: { sub } });

    expectErrorRedirect(await browser.send(authorizeUrl({ claims })), 'login_required', server);
  });

  it('A11 a claim asked for the ID token is in it, and one asked for userinfo is there', async () => {
    const party = await register();
    const claims = JSON.stringify({
      id_token: { email: { essential: true } },
      userinfo: { given_name: null },
    });

    const { id_token, access_token } = await party.tokens({ scope: 'openid', claims });

    expect(payloadOf(id_token)).toMatchObject({ email: 'carol@example.com' });
    expect(payloadOf(id_token)).not.toHaveProperty('given_name');
    expect((await party.userinfo(access_token)).body).toMatchObject({ sub: subject, given_name: 'Carol' });
  });

  it('A11 a claim asked for with another value than it has is not in the ID token', async () => {
    const party = await register();
    const claims = JSON.stringify({
      id_token: { email: { value: 'x@example.com' }, name: { values: ['Carol'] } },
    });

    const { id_token } = await party.tokens({ scope: 'openid', claims });

    expect(payloadOf(id_token)).not.toHaveProperty('email');
    expect(payloadOf(id_token).name).toBe('Carol');
  });

  it('A11 claims asked for by name are named on the consent page, and can be refused there', async () => {
    const party = await register();
    const claims = JSON.stringify({ userinfo: { email: { essential: true } }, id_token: { email: null } });
    const request = { client_id: party.clientId, scope: 'openid', claims };

    const consent = await browser.open(authorizeUrl(request));
    expect(consent.html).toContain('See your email address');
    const left = await browser.submit(consent, { scope: 'openid', decision: 'allow' });

    const answer = await party.redeem({
      code: expectCode(left),
      verifier: 'a-code-verifier-that-is-long-enough-to-pass-43',
    });
    expect(payloadOf(answer.body.id_token)).not.toHaveProperty('email');
    expect((await party.userinfo(answer.body.access_token)).body).toEqual({ sub: subject });
  });

  it('A11 a client does not get by name what it may not ask for by scope', async () => {
    const party = await register({ scope: 'openid' });
    const claims = JSON.stringify({
      userinfo: { email: { essential: true } },
      id_token: { email: { essential: true } },
    });

    const { id_token, access_token } = await party.tokens({ scope: 'openid', claims });

    expect(payloadOf(id_token)).not.toHaveProperty('email');
    expect((await party.userinfo(access_token)).body).toEqual({ sub: subject });
  });

  it('A11 claims without openid ask for nothing', async () => {
    const page = await browser.open(
      authorizeUrl({ scope: 'contacts.read', claims: '{"userinfo":{"email":null}}' }),
    );

    expect(shows.consent(page)).toBe(true);
    expect(page.html).not.toContain('See your email address');
  });
});
