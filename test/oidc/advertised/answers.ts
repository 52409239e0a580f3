import { AssertionPolicyRegistration } from '../../../src/clients/assertion-policies/assertion-policy-registration.js';
import { backchannelGrantType } from '../../../src/protocol/client-metadata.js';
import { ask as begin, decide, poll, registerAsker } from '../../support/backchannel-requests.js';
import { authorizeUrl } from '../../support/authorization-requests.js';
import { responseOf } from '../../support/browser.js';
import { RelyingParty } from '../../support/relying-party.js';
import { AssertionIssuer } from '../../support/trusted-issuer.js';
import { responseTypes } from '../../../src/protocol/response-type.js';
import { ask, type Check, errorOf, expectNotRegistrable, namesIn, versatile, type World } from './world.js';

const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';

const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** What each grant type gets. */
const grants: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  authorization_code: async ({ client }) => (await client.tokens()).access_token,
  refresh_token: async ({ client }) =>
    (await client.refresh((await client.tokens()).refresh_token)).body.access_token,
  client_credentials: async ({ server }) => {
    const machine = await RelyingParty.register(server, { grant_types: ['client_credentials'] });
    return (await machine.token({ grant_type: 'client_credentials' })).body.access_token;
  },
  implicit: async (world) => {
    const client = await versatile(world);
    const page = await ask(world, client, { response_type: 'id_token', nonce: 'n' });
    return responseOf(page).get('id_token');
  },
  [deviceCode]: async ({ server, browser }) => {
    const device = await RelyingParty.register(server, { grant_types: [deviceCode], redirect_uris: [] });
    const { body } = await device.authenticated('/device_authorization', { scope: 'openid' });
    const question = await browser.submit(await browser.open('/device'), {
      user_code: String(body.user_code),
    });
    await browser.submit(question, { decision: 'allow' });
    const polled = { grant_type: deviceCode, device_code: String(body.device_code) };
    return (await device.token(polled)).body.access_token;
  },
  [backchannelGrantType]: async ({ server, browser }) => {
    const asker = await registerAsker(server);
    const begun = await begin(asker);
    await decide(browser, 'allow');
    return (await poll(asker, begun)).body.access_token;
  },
  [tokenExchange]: async ({ server, client }) => {
    const resources = ['https://contacts.example.com'];
    const service = await RelyingParty.register(server, {
      grant_types: [tokenExchange],
      redirect_uris: [],
      scope: 'contacts.read',
      introspection_resources: resources,
      token_exchange_clients: [client.clientId],
      token_exchange_resources: resources,
    });
    const { access_token: token } = await client.tokens();
    const type = 'urn:ietf:params:oauth:token-type:access_token';
    const fields = { grant_type: tokenExchange, subject_token: token, subject_token_type: type };
    return (await service.token(fields)).body.access_token;
  },
  [jwtBearer]: async ({ server }) => {
    const worker = await RelyingParty.register(server, {
      grant_types: [jwtBearer],
      redirect_uris: [],
      scope: 'contacts.read',
    });
    const issuer = await AssertionIssuer.make('https://platform.example.com');
    await issuer.register(server, {
      name: 'platform',
      clients: [worker.clientId],
      scope: 'contacts.read',
      claims: { sub: ['worker'] },
    });
    const assertion = await issuer.sign(server, { sub: 'worker' });
    return (await worker.token({ grant_type: jwtBearer, assertion })).body.access_token;
  },
};

/** What is issued, and how it gets to the client. */
export const answerChecks: Readonly<Record<string, Check>> = {
  async grant_types_supported(value, world) {
    const listed = namesIn(value);
    for (const grantType of listed)
      expect([grantType, await grants[grantType]?.(world)]).toEqual([grantType, expect.any(String)]);
    const others = ['password', 'implicit', 'urn:ietf:params:oauth:grant-type:jwt-bearer'].filter(
      (grantType) => !listed.includes(grantType) || grantType === 'implicit',
    );
    for (const grant_type of others) {
      expect((await world.client.token({ grant_type })).body.error).toBe('unsupported_grant_type');
      if (!listed.includes(grant_type))
        await expectNotRegistrable(world, 'grant_types', ['authorization_code', grant_type], {
          response_types: grant_type === 'implicit' ? ['code', 'id_token'] : ['code'],
        });
    }
  },

  async identity_chaining_requested_token_types_supported(value, { server }) {
    const type = (name: string): string => `urn:ietf:params:oauth:token-type:${name}`;
    expect(value).toEqual([type('id-jag')]);
    const client = await RelyingParty.register(server, {
      client_id: 'vouched-for',
      grant_types: ['authorization_code', tokenExchange],
      scope: 'openid',
    });
    const audience = 'https://chat.example.com';
    await server.app
      .get(AssertionPolicyRegistration)
      .put(
        { name: 'vouched', client_id: 'vouched-for', audience, everyone: true, scope: 'chat.read' },
        'test',
      );
    const { body } = await client.token({
      grant_type: tokenExchange,
      requested_token_type: type('id-jag'),
      subject_token: (await client.tokens()).id_token,
      subject_token_type: type('id_token'),
      audience,
    });
    expect(body.issued_token_type).toBe(type('id-jag'));
  },

  async response_types_supported(value, world) {
    const listed = namesIn(value);
    const client = await versatile(world);
    for (const response_type of [...responseTypes, 'none', 'token', 'magic']) {
      const answer = responseOf(await ask(world, client, { response_type, nonce: 'n' }));
      const parts = response_type.split(' ').map((part) => (part === 'token' ? 'access_token' : part));
      const outcome = answer.get('error') ?? parts.every((part) => answer.has(part));
      expect([response_type, outcome]).toEqual([
        response_type,
        listed.includes(response_type) || 'unsupported_response_type',
      ]);
      if (!listed.includes(response_type))
        await expectNotRegistrable(world, 'response_types', ['code', response_type], {
          grant_types: ['authorization_code', 'implicit'],
        });
    }
  },

  async response_modes_supported(value, world) {
    const where: Readonly<Record<string, RegExp>> = {
      query: /\?code=/,
      fragment: /#code=/,
      form_post: /name="code"/,
      jwt: /\?response=/,
      'query.jwt': /\?response=/,
      'fragment.jwt': /#response=/,
      'form_post.jwt': /name="response"/,
    };
    await ask(world, world.client);
    for (const response_mode of namesIn(value)) {
      const page = await world.browser.send(
        authorizeUrl({ client_id: world.client.clientId, response_mode }),
      );
      const answer = page.headers.get('location') ?? page.html;
      expect([response_mode, answer]).toEqual([
        response_mode,
        expect.stringMatching(where[response_mode] ?? 'never'),
      ]);
    }
    for (const response_mode of ['web_message', 'cookie', 'form_post.jwe'])
      expect(errorOf(await ask(world, world.client, { response_mode }))).toBe('invalid_request');
  },
};
