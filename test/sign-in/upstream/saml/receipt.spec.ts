import { TestBrowser } from '../../../support/browser.js';
import { postResponse, SamlIdentityProvider, samlMembers } from '../../../support/saml-idp.js';
import { useServer } from '../../../support/server.js';
import { goTo, registerUpstream } from '../../../support/upstream.js';

const provider = await SamlIdentityProvider.start();

describe('The response of a SAML upstream', () => {
  const server = useServer();
  const callback = '/upstream/acme/callback';

  it('is of use in the browser that brought it alone: nobody gets what somebody else was led to answer', async () => {
    await registerUpstream(server, { issuer: '' }, samlMembers(provider.signing));
    const attacker = new TestBrowser(server.issuer);
    const url = await goTo(attacker, await attacker.open('/login'));
    // The victim's browser is led to the upstream, which posts its response.
    const response = await postResponse(url, provider.answer(url, { nameId: 'victim' }));
    const location = response.headers.get('location') ?? '';
    const state = new URL(location, server.issuer).searchParams.get('state') ?? '';

    for (const receipt of ['', '&receipt=', '&receipt=wrong'])
      expect((await attacker.open(`${callback}?state=${state}${receipt}`)).status).toBe(403);
    const victim = new TestBrowser(server.issuer);
    await victim.open('/login');
    expect((await victim.open(location)).status).toBe(403);
    expect((await attacker.open('/account')).url).not.toMatch(/\/account$/);

    // With the receipt it is theirs, as for a person who answers their own request.
    expect((await attacker.open(location)).url).toMatch(/\/account$/);
  });
});

describe('Responses of SAML upstreams that are not accepted', () => {
  const server = useServer({ EYRIE_ANONYMOUS_REQUESTS: '3' });

  it('are bounded per network, however they fail, before anything of them is read', async () => {
    await registerUpstream(server, { issuer: '' }, samlMembers(provider.signing));
    const acs = `${server.issuer}/upstream/acme/acs`;
    const send = async (SAMLResponse: string): Promise<number> =>
      (await fetch(acs, { method: 'POST', body: new URLSearchParams({ SAMLResponse, RelayState: 'x' }) }))
        .status;
    const unsolicited = Buffer.from('<Response xmlns="urn:oasis:names:tc:SAML:2.0:protocol"/>').toString(
      'base64',
    );
    expect([await send('no xml'), await send(unsolicited), await send('')]).toEqual([400, 403, 400]);
    expect(await send(unsolicited)).toBe(429);
    server.clock.advance(61);
    expect(await send(unsolicited)).toBe(403);
  });
});
