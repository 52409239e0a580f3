import { ClientRegistration } from '../../src/clients/client-registration.js';
import { signOut } from '../support/forms.js';
import { TestBrowser } from '../support/browser.js';
import { expectRefusal, RelyingParty } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';

const day = 86_400;

describe('refresh tokens without offline_access (session_refresh_tokens)', () => {
  const server = useServer(
    {
      EYRIE_SESSION_TTL: String(3 * day),
      EYRIE_SESSION_IDLE_TTL: String(3 * day),
    },
    { users: [alice] },
  );
  let client: RelyingParty;

  beforeEach(async () => {
    client = await RelyingParty.register(server, { session_refresh_tokens: true });
  });

  it('are issued with openid alone, and renew', async () => {
    const first = await client.tokens({ scope: 'openid' });
    const second = await client.refresh(first.refresh_token);

    expect(second.body).toMatchObject({ scope: 'openid', refresh_token: expect.any(String) });
    expect((await client.refresh(second.body.refresh_token)).status).toBe(200);
  });

  it('end with the sign-out of their resource owner; those with offline_access do not', async () => {
    const online = await client.tokens({ scope: 'openid' });
    const offline = await client.tokens({ scope: 'openid offline_access' });

    await signOut(client.browser);

    expectRefusal(await client.refresh(online.refresh_token), 400, 'invalid_grant');
    expect((await client.refresh(offline.refresh_token)).status).toBe(200);
  });

  it('expire with their session, however often they are used', async () => {
    const party = await RelyingParty.register(
      server,
      { session_refresh_tokens: true },
      new TestBrowser(server.issuer),
    );
    let { refresh_token: token } = await party.tokens({ scope: 'openid' });
    for (let days = 1; days < 3; days++) {
      server.clock.advance(day);
      token = (await party.refresh(token)).body.refresh_token;
    }

    server.clock.advance(day);

    expectRefusal(await party.refresh(token), 400, 'invalid_grant');
  });

  it('are not what a client gets in place of an offline_access that it lost', async () => {
    const { refresh_token: token } = await client.tokens({ scope: 'openid offline_access' });
    const registered = server.app.get(ClientRegistration);
    await registered.update(client.clientId, { scope: 'openid' }, 'test');

    expectRefusal(await client.refresh(token), 400, 'invalid_grant');
  });

  it('are not issued to a client that may not refresh', async () => {
    const party = await RelyingParty.register(server, { grant_types: ['authorization_code'] });

    expect(await party.tokens({ scope: 'openid' })).not.toHaveProperty('refresh_token');
  });
});
