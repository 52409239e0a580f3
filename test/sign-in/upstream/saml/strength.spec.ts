import { decodeJwt } from 'jose';
import { allow, responseOf } from '../../../support/browser.js';
import { RelyingParty } from '../../../support/relying-party.js';
import {
  postResponse,
  readRequest,
  type SamlAnswer,
  SamlIdentityProvider,
  samlMembers,
} from '../../../support/saml-idp.js';
import { useServer } from '../../../support/server.js';
import { goTo, registerUpstream } from '../../../support/upstream.js';
import { useBrowser } from '../../../support/use-browser.js';
import { shows } from '../../../support/walk.js';

const provider = await SamlIdentityProvider.start();
const verifier = 'v'.repeat(43);
const multiFactor = 'https://refeds.org/profile/mfa';

describe('A sign-in at a SAML upstream that an application asks for', () => {
  const server = useServer();
  const browser = useBrowser(server);
  const ask = async (parameters: Record<string, string>, answer: SamlAnswer) => {
    const client = await RelyingParty.register(server, {}, browser);
    const url = await goTo(browser, await browser.open(client.authorizeUrl(verifier, parameters)));
    const { headers } = await postResponse(url, provider.answer(url, answer));
    return { client, request: readRequest(url), page: await browser.open(headers.get('location') ?? '') };
  };
  const register = (more = {}): Promise<void> =>
    registerUpstream(server, { issuer: '' }, { ...samlMembers(provider.signing), ...more });

  it.each([
    ['anew', { prompt: 'login' }, 0, 'consent'],
    ['anew, and was ten minutes ago', { prompt: 'login' }, -600, 'refused'],
    ['within five minutes, and was ten minutes ago', { max_age: '300' }, -600, 'refused'],
    ['within five minutes, and was three minutes ago', { max_age: '300' }, -180, 'consent'],
  ])('%s: %j', async (_name, parameters, authnInstant, outcome) => {
    await register();
    const { request, page } = await ask(parameters, { authnInstant });
    expect(request.xml.includes('ForceAuthn="true"')).toBe(true);
    expect(shows.consent(page) ? 'consent' : page.status === 403 ? 'refused' : page.html).toBe(outcome);
  });

  it.each([
    ['nothing without a table', {}, ['fed']],
    ['what the table says', { acr_map: { [multiFactor]: 'multi-factor' } }, ['fed', 'mfa']],
  ])('counts as %s', async (_name, members, methods) => {
    await register(members);
    const { client, page } = await ask({}, { context: multiFactor, attributes: { acr: ['other'] } });
    const code = responseOf(await allow(browser, page)).get('code') ?? '';
    const { id_token } = (await client.redeem({ code, verifier })).body;
    expect(decodeJwt(id_token)['amr']).toEqual(methods);
  });

  it('identifies people by an attribute where the NameID is transient', async () => {
    await register({ alias: 'named', name: 'Named', subject_claim: 'oid', name_id_format: 'transient' });
    const url = await goTo(browser, await browser.open('/login'), 'named');
    const answer = {
      format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
      attributes: { oid: ['4711'] },
    };
    expect((await postResponse(url, provider.answer(url, answer))).status).toBe(303);
    expect(readRequest(url).xml).toContain('nameid-format:transient');
  });
});
