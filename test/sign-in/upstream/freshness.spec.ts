import { decodeJwt } from 'jose';
import { allow, responseOf } from '../../support/browser.js';
import { IdentityProvider } from '../../support/identity-provider.js';
import { RelyingParty } from '../../support/relying-party.js';
import { useServer } from '../../support/server.js';
import { goTo, registerUpstream, signInAt } from '../../support/upstream.js';
import { useBrowser } from '../../support/use-browser.js';
import { shows } from '../../support/walk.js';

const provider = await IdentityProvider.start();
afterAll(() => provider.stop());

describe('A new sign-in that a client asks for', () => {
  const server = useServer({ EYRIE_OUTBOUND_ALLOW: '127.0.0.1' });
  const browser = useBrowser(server);
  beforeEach(() => registerUpstream(server, provider));

  /** Asks with these parameters, and comes back from the upstream with a sign-in of that age. */
  const ask = async (parameters: Record<string, string>, ageSeconds: number | undefined) => {
    const client = await RelyingParty.register(server, {}, browser);
    const url = await goTo(browser, await browser.open(client.authorizeUrl('v'.repeat(43), parameters)));
    const auth_time = ageSeconds === undefined ? undefined : server.clock.now() - ageSeconds;
    const page = await browser.open(provider.authorize(url, { claims: { auth_time } }));
    return { sent: new URL(url).searchParams, page };
  };

  it.each([
    [{ prompt: 'login' }, 0, 'consent'],
    [{ prompt: 'login' }, 600, 'refused'],
    [{ prompt: 'login' }, undefined, 'refused'],
    [{ max_age: '300' }, 200, 'consent'],
    [{ max_age: '300' }, 600, 'refused'],
    [{ max_age: '300' }, undefined, 'refused'],
    [{ max_age: '0' }, 600, 'refused'],
    [{}, 86_400, 'consent'],
    [{}, undefined, 'consent'],
  ] as const)('%j and a sign-in there %p seconds ago: %s', async (parameters, age, outcome) => {
    const { sent, page } = await ask(parameters, age);

    expect(shows.consent(page) ? 'consent' : page.status === 403 ? 'refused' : page.html).toBe(outcome);
    expect(Object.fromEntries(sent)).toMatchObject(parameters);
  });

  it('is asked of whoever signs in instead of the person who is asked for consent', async () => {
    await signInAt(browser, provider, { claims: { auth_time: server.clock.now() } });
    const client = await RelyingParty.register(server, {}, browser);
    const consent = await browser.open(client.authorizeUrl('v'.repeat(43), { max_age: '300' }));
    expect(shows.consent(consent)).toBe(true);
    const page = await browser.submit(consent, { decision: 'switch' });
    expect(new URL(await goTo(browser, page)).searchParams.get('max_age')).toBe('300');
  });

  it('is in auth_time, which is when the person signed in there', async () => {
    const client = await RelyingParty.register(server, {}, browser);
    const parameters = { max_age: '300' };
    const url = await goTo(browser, await browser.open(client.authorizeUrl('v'.repeat(43), parameters)));
    const auth_time = server.clock.now() - 200;
    const page = await browser.open(provider.authorize(url, { claims: { auth_time } }));
    const code = responseOf(await allow(browser, page)).get('code') ?? '';
    const { id_token } = (await client.redeem({ code, verifier: 'v'.repeat(43) })).body;

    expect(decodeJwt(id_token)).toMatchObject({ auth_time });
  });

  it('is taken for granted where the operator says that the upstream has no auth_time', async () => {
    await registerUpstream(server, provider, { requires_auth_time: false });

    expect(shows.consent((await ask({ prompt: 'login' }, undefined)).page)).toBe(true);
  });

  it('an old sign-in there is no recent proof here', async () => {
    await signInAt(browser, provider, { claims: { auth_time: server.clock.now() - 3_600 } });

    expect((await browser.open('/account/security')).url).toContain('/login?to=security');
  });

  it.each([
    [{}, 'urn:eyrie:acr:federated', ['fed']],
    [{ amr_map: { mfa: 'multi-factor' } }, 'https://refeds.org/profile/mfa', ['fed', 'mfa']],
    [{ acr_map: { gold: 'phishing-resistant' } }, 'phr', ['fed', 'swk', 'user', 'mfa']],
  ] as const)('with the mapping %j a strong sign-in there counts as %s', async (mapping, acr, amr) => {
    await registerUpstream(server, provider, mapping);
    const client = await RelyingParty.register(server, {}, browser);
    const url = await goTo(browser, await browser.open(client.authorizeUrl('v'.repeat(43))));
    const claims = { acr: 'gold', amr: ['pwd', 'mfa', '__proto__'] };
    const page = await browser.open(provider.authorize(url, { claims }));
    const code = responseOf(await allow(browser, page)).get('code') ?? '';
    const { id_token } = (await client.redeem({ code, verifier: 'v'.repeat(43) })).body;

    expect(decodeJwt(id_token)).toMatchObject({ acr, amr });
  });
});
