import { endpoints } from '../../../src/config/endpoints.js';
import { jwtBearerAssertion } from '../../../src/protocol/client-assertion.js';
import { backchannelGrantType, deviceCodeGrantType } from '../../../src/protocol/client-metadata.js';
import { AdminCaller } from '../../support/admin-caller.js';
import { ask, reach, registerAsker } from '../../support/backchannel-requests.js';
import { signedInBrowser } from '../../support/walk.js';
import { TestBrowser } from '../../support/browser.js';
import { contacts, messageWriter, type TestServer } from '../../support/server.js';
import { proof, proofKey } from '../../support/dpop-proofs.js';
import { sessionsOn } from '../../support/forms.js';
import { basic, challengeOf, payloadOf, RelyingParty, request } from '../../support/relying-party.js';

/** What a sound request to a path sends. */
export interface Sample {
  /** In the query or as a form. */
  readonly fields: Readonly<Record<string, string>>;
  readonly authorization?: string;
  readonly cookie?: string;
  /** A DPoP proof. */
  readonly dpop?: string;
}

/** What requests are made of. All of it may perish by them. */
export interface Material {
  /** By path. */
  readonly samples: Readonly<Record<string, readonly Sample[]>>;
  /** For a path that nothing is known of. */
  readonly anything: Sample;
  /** What stands for the parameters of paths, by the name of the collection. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** The Authorization header of an administrator. */
  readonly administrator: string;
}

const [redirectUri = ''] = messageWriter.redirect_uris;
const verifier = 'the verifier of nobody, as long as it has to be';

/** Makes a user, three clients, their tokens, and what forms of ours hold. `name` tells them from those of before. */
export async function gatherMaterial(server: TestServer, name: string): Promise<Material> {
  const user = { username: `bob-${name}`, password: 'staple battery horse', name: 'Bob' };
  const subject = await server.createUser(user);
  const browser = await signedInBrowser(server, user);
  const parties = await Promise.all(
    [
      {},
      { access_token_format: 'opaque' as const, introspection_resources: [contacts.identifier] },
      {
        token_endpoint_auth_method: 'none' as const,
        grant_types: ['authorization_code', 'refresh_token', deviceCodeGrantType],
      },
    ].map((registration, index) =>
      RelyingParty.register(server, { client_id: `victim-${name}-${index}`, ...registration }, browser),
    ),
  );
  const samples: Record<string, Sample[]> = {};
  const add = (path: string, sample: Sample): void => void (samples[path] ??= []).push(sample);
  const jtis: string[] = [];

  for (const party of parties) {
    const { clientId: client_id, secret } = party;
    const credentials = secret ? { authorization: basic(client_id, secret) } : {};
    const own: Record<string, string> = secret ? {} : { client_id };
    const fields = {
      response_type: 'code',
      client_id,
      redirect_uri: redirectUri,
      scope: 'openid profile contacts.read',
      state: 'the state',
      nonce: 'the nonce',
      code_challenge: challengeOf(verifier),
      code_challenge_method: 'S256',
    };
    const first = await party.tokens();
    const { code, verifier: code_verifier } = await party.authorize();
    const cookie = cookiesOf(browser);
    add(endpoints.authorize, { fields });
    add(endpoints.authorize, {
      fields: { ...fields, prompt: 'none', max_age: '1000', response_mode: 'form_post' },
      cookie,
    });
    add(endpoints.authorize, {
      fields: {
        ...fields,
        id_token_hint: first.id_token,
        claims: '{"userinfo":{"email":null}}',
        acr_values: '1',
      },
      cookie,
    });
    add(endpoints.token, {
      fields: { ...own, grant_type: 'authorization_code', code, code_verifier, redirect_uri: redirectUri },
      ...credentials,
    });
    add(endpoints.token, {
      fields: { ...own, grant_type: 'refresh_token', refresh_token: first.refresh_token, scope: 'openid' },
      ...credentials,
    });
    add(endpoints.token, { fields: { ...own, grant_type: 'client_credentials' }, ...credentials });
    for (const token of [first.access_token, first.refresh_token]) {
      add(endpoints.introspect, { fields: { ...own, token }, ...credentials });
      add(endpoints.revoke, { fields: { ...own, token, token_type_hint: 'access_token' }, ...credentials });
    }
    add(endpoints.token, {
      fields: {
        client_id,
        grant_type: 'client_credentials',
        client_assertion_type: jwtBearerAssertion,
        client_assertion: first.id_token,
      },
    });
    add(endpoints.authorize, {
      fields: { ...fields, request: first.id_token, resource: contacts.identifier },
    });
    const pushed = await party.authenticated(endpoints.pushedRequest, fields);
    add(endpoints.authorize, {
      fields: { client_id, request_uri: pushed.body.request_uri as string },
      cookie,
    });
    add(endpoints.pushedRequest, {
      fields: { ...own, ...fields, dpop_jkt: challengeOf(code) },
      ...credentials,
    });
    add(endpoints.revocations, { fields: {}, ...credentials });
    add(endpoints.userinfo, { fields: {}, authorization: `Bearer ${first.access_token}` });
    add(endpoints.userinfo, { fields: { access_token: first.access_token } });
    add(endpoints.logout, {
      fields: { id_token_hint: first.id_token, client_id, post_logout_redirect_uri: redirectUri, state: 'x' },
      cookie,
    });
    jtis.push(
      String(first.access_token.includes('.') ? payloadOf(first.access_token).jti : first.access_token),
    );

    const query = new URLSearchParams({ ...fields, prompt: 'consent' });
    const consent = await browser.open(`/authorize?${query.toString()}`);
    add(endpoints.consent, {
      fields: { ...hiddenFields(consent.html), decision: 'allow', scope: 'openid' },
      cookie,
    });
    add(endpoints.resume, { fields: hiddenFields(consent.html), cookie });
  }
  await addDevice(server, browser, parties.at(-1)!, add);
  await addAsker(server, browser, user, add);
  const registered = await addRegistration(server, add);
  const stranger = new TestBrowser(server.issuer);
  const signIn = await stranger.open('/login');
  add(endpoints.signIn, {
    fields: { ...hiddenFields(signIn.html), username: user.username, password: 'wrong' },
    cookie: cookiesOf(stranger),
  });
  const account = await browser.open('/account');
  const [session = ''] = sessionsOn(account);
  for (const [form, fields] of [
    ['withdraw', { client_id: parties[0]?.clientId ?? '' }],
    ['sessions/revoke', { session_id: session }],
    ['sign-out', {}],
  ] as const) {
    add(`${endpoints.account}/${form}`, {
      fields: { ...hiddenFields(account.html), ...fields },
      cookie: cookiesOf(browser),
    });
  }

  for (const [path, fields] of [
    [endpoints.accountProfile, { name: 'Fuzzed', locale: 'de', zoneinfo: 'Europe/Zurich' }],
    [endpoints.accountPassword, { password: 'wrong', new_password: 'short', new_password_again: 'short' }],
  ] as const) {
    const page = await browser.open(path);
    add(path, { fields: { ...hiddenFields(page.html), ...fields }, cookie: cookiesOf(browser) });
  }

  const admin = await AdminCaller.register(server);
  const { body } = await admin.get(`/grants?limit=100&user_id=${subject}`);
  const anything = Object.assign(
    {},
    ...Object.values(samples).flatMap((list) => list.map(({ fields }) => fields)),
  ) as Sample['fields'];
  return {
    samples,
    anything: { fields: anything },
    ids: {
      clients: parties.map(({ clientId }) => clientId),
      users: [subject],
      grants: (body.items as { id: string }[]).map(({ id }) => id),
      tokens: jtis,
      register: [registered],
      docs: ['swagger-ui.css', 'index.html'],
      other: ['00000000-0000-7000-8000-000000000000', '1', user.username],
    },
    administrator: `Bearer ${admin.token}`,
  };
}

/** What a device and its user send, with a proof of the device's key. */
async function addDevice(
  server: TestServer,
  browser: TestBrowser,
  device: RelyingParty,
  add: (path: string, sample: Sample) => void,
): Promise<void> {
  const client_id = device.clientId;
  add(endpoints.deviceAuthorization, { fields: { client_id, scope: 'openid' } });
  const { body } = await device.authenticated(endpoints.deviceAuthorization, { scope: 'openid' });
  const dpop = await proof(server, await proofKey());
  add(endpoints.token, {
    fields: { client_id, grant_type: deviceCodeGrantType, device_code: body.device_code as string },
    dpop,
  });
  const page = await browser.open(endpoints.device);
  const fields = { ...hiddenFields(page.html), user_code: body.user_code as string };
  add(endpoints.device, { fields, cookie: cookiesOf(browser) });
  const question = await browser.submit(page, { user_code: fields.user_code });
  add(endpoints.deviceConfirm, {
    fields: { ...hiddenFields(question.html), decision: 'allow', scope: 'openid' },
    cookie: cookiesOf(browser),
  });
}

/** What a client that asks somebody who is not in its browser sends, and what they do. */
async function addAsker(
  server: TestServer,
  browser: TestBrowser,
  user: { readonly username: string; readonly password: string },
  add: (path: string, sample: Sample) => void,
): Promise<void> {
  const asker = await registerAsker(server);
  const authorization = basic(asker.clientId, asker.secret);
  const fields = { scope: 'openid', login_hint: user.username, binding_message: 'W4SCT' };
  add(endpoints.backchannelAuthentication, { fields, authorization });
  const { auth_req_id } = await ask(asker, fields);
  add(endpoints.token, { fields: { grant_type: backchannelGrantType, auth_req_id }, authorization });
  const question = await reach(browser, user);
  add(endpoints.approvalConfirm, {
    fields: { ...hiddenFields(question.html), decision: 'allow', scope: 'openid' },
    cookie: cookiesOf(browser),
  });
}

/** A client that registered itself; gives back its id. */
async function addRegistration(
  server: TestServer,
  add: (path: string, sample: Sample) => void,
): Promise<string> {
  const { body } = await request(server, endpoints.register, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [redirectUri] }),
  });
  const clientId = body.client_id as string;
  add(`${endpoints.register}/${clientId}`, {
    fields: {},
    authorization: `Bearer ${body.registration_access_token as string}`,
  });
  return clientId;
}

const cookiesOf = (browser: TestBrowser): string =>
  [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');

function hiddenFields(html: string): Record<string, string> {
  return Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value],
    ),
  );
}
