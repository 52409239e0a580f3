import { alice, useServer } from '../support/server.js';
import { responseOf } from '../support/browser.js';
import { allow, begin, poll, registerDevice } from '../support/device.js';
import { signedInBrowser } from '../support/walk.js';
import {
  type Answer,
  type Authorized,
  expectRefusal,
  payloadOf,
  RelyingParty,
} from '../support/relying-party.js';

/** The user ticks these scopes alone. */
async function authorizeWith(client: RelyingParty, scope: string, ticked: string[]): Promise<Authorized> {
  const browser = await signedInBrowser(client.server);
  const verifier = 'v'.repeat(43);
  const page = await browser.open(client.authorizeUrl(verifier, { scope }));
  const left = await browser.submit(page, { decision: 'allow', scope: ticked });
  return { code: responseOf(left).get('code') ?? '', verifier };
}

describe('B7 scope at refresh', () => {
  const server = useServer();
  let client: RelyingParty;
  const full = 'openid profile email offline_access contacts.read';

  beforeAll(async () => {
    await server.createUser(alice);
    client = await RelyingParty.register(server);
  });

  const scopeOf = (answer: Answer): unknown => payloadOf(answer.body.access_token).scope;

  it('a refresh may ask for less scope, which the answer names, and the grant keeps its scope for the next refresh', async () => {
    const first = await client.tokens();
    const small = await client.refresh(first.refresh_token, { scope: 'contacts.read' });
    expect(small.body.scope).toBe('contacts.read');
    expect(scopeOf(small)).toBe('contacts.read');
    expect(small.body).not.toHaveProperty('id_token');
    const again = await client.refresh(small.body.refresh_token);
    expect(again.body.scope).toBe(full);
    expect(scopeOf(again)).toBe(full);
    const wide = await client.refresh(again.body.refresh_token, { scope: full });
    expect(wide.status).toBe(200);
  });

  it.each(['contacts.write', `${full} contacts.write`, 'eyrie.admin', 'OPENID'])(
    'a refresh with more scope (%s) is invalid_scope, and the refresh token stays good',
    async (scope) => {
      const first = await client.tokens();
      expectRefusal(await client.refresh(first.refresh_token, { scope }), 400, 'invalid_scope');
      const answer = await client.refresh(first.refresh_token);
      expect(answer.status).toBe(200);
    },
  );

  it('a refresh with more scope within the grace window is invalid_scope too', async () => {
    const first = await client.tokens({ scope: 'openid offline_access' });
    await client.refresh(first.refresh_token);
    const answer = await client.refresh(first.refresh_token, { scope: 'openid contacts.read' });
    expectRefusal(answer, 400, 'invalid_scope');
  });

  it('a refresh that repeats the scope of its request is narrowed to what was granted of it', async () => {
    const asked = 'openid offline_access contacts.read contacts.unknown email';
    const own = await RelyingParty.register(server);
    const { code, verifier } = await authorizeWith(own, asked, ['offline_access', 'contacts.read']);
    const first = (await own.redeem({ code, verifier })).body;
    expect(first.scope).toBe('openid offline_access contacts.read');

    const second = await own.refresh(first.refresh_token, { scope: asked });

    expect(second.status).toBe(200);
    expect(second.body.scope).toBe('openid offline_access contacts.read');
    expect(scopeOf(second)).toBe('openid offline_access contacts.read');
    const third = await own.refresh(second.body.refresh_token, { scope: 'openid contacts.unknown' });
    expect(third.body.scope).toBe('openid');
    const nothing = await own.refresh(third.body.refresh_token, { scope: 'email' });
    expectRefusal(nothing, 400, 'invalid_scope');
    const never = await own.refresh(third.body.refresh_token, { scope: `${asked} profile` });
    expectRefusal(never, 400, 'invalid_scope');
  });

  it('a refresh of a device that repeats the scope of its request is narrowed too', async () => {
    const device = await registerDevice(server);
    const asked = 'openid offline_access contacts.read contacts.unknown';
    const codes = await begin(device, asked);
    await allow(await signedInBrowser(server), codes, ['openid', 'offline_access']);
    const first = (await poll(device, codes)).body;

    const second = await device.refresh(first.refresh_token, { scope: asked });

    expect(second.body.scope).toBe('openid offline_access');
    expectRefusal(
      await device.refresh(second.body.refresh_token, { scope: 'openid contacts.write' }),
      400,
      'invalid_scope',
    );
  });

  it('a refresh with an empty scope asks for all that was granted', async () => {
    const first = await client.tokens();
    expect((await client.refresh(first.refresh_token, { scope: '' })).body.scope).toBe(full);
  });
});
