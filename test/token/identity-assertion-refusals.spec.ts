import { AdminCaller, itemsOf } from '../support/admin-caller.js';
import { TestBrowser } from '../support/browser.js';
import { changesOfRows, everyRow, isHousekeeping } from '../support/database-rows.js';
import {
  aliceOfCompany,
  askAssertion,
  bearerGrantType,
  chatClient,
  companyClient,
  Enterprise,
  tokenType,
} from '../support/enterprise.js';
import { expectExplained } from '../support/kept-errors.js';
import {
  type Answer,
  expectRefusal,
  type Fields,
  payloadOf,
  type RelyingParty,
} from '../support/relying-party.js';
import { calendar } from '../support/resources.js';
import { contacts } from '../support/server.js';

describe('I4 an identity assertion is refused, and nobody is vouched for,', () => {
  let enterprise: Enterprise;
  let assistant: RelyingParty;
  let aliceId: string;

  beforeAll(async () => {
    enterprise = await Enterprise.start();
    aliceId = await enterprise.company.createUser(aliceOfCompany);
    assistant = await companyClient(enterprise.company);
    await enterprise.vouch(assistant.clientId, { resources: [contacts.identifier] });
  });
  afterAll(() => enterprise.stop());

  /** A client like the assistant, under a policy of its own, with the same person at the browser. */
  async function vouchedFor(
    policy: Parameters<Enterprise['vouch']>[1] = {},
    browser = assistant.browser,
  ): Promise<RelyingParty> {
    const party = await companyClient(enterprise.company, {}, browser);
    await enterprise.vouch(party.clientId, policy);
    return party;
  }

  /** Nothing is written but the explanation, of which `detail` is a part. */
  async function expectNothing(
    work: () => Promise<Answer>,
    error: string,
    { status = 400, detail }: { readonly status?: number; readonly detail?: string } = {},
  ): Promise<Answer> {
    const before = await everyRow(enterprise.company);
    const answer = await work();
    expectRefusal(answer, status, error);
    expect(answer.body.access_token).toBeUndefined();
    const written = changesOfRows(before, await everyRow(enterprise.company));
    expect(written.filter((change) => !isHousekeeping(change))).toEqual([]);
    if (detail !== undefined) await expectExplained(enterprise.company, answer, { error, detail });
    return answer;
  }

  const ask = (token: string, fields: Fields = {}, by = assistant): Promise<Answer> =>
    askAssertion(by, enterprise.chat.issuer, token, fields);

  it.each<[string, Fields, string, string?]>([
    ['no audience', { audience: undefined }, 'invalid_request'],
    ['an empty audience', { audience: '' }, 'invalid_request'],
    ['two audiences', { audience: ['https://a.example', 'https://b.example'] }, 'invalid_request'],
    ['an audience without policy', { audience: 'https://other.example' }, 'invalid_target', 'are for http'],
    ['a resource as audience', { audience: contacts.identifier }, 'invalid_target'],
    ['an audience with a path', { audience: 'http://127.0.0.1/chat' }, 'invalid_target'],
    ['a resource beyond the policy', { resource: calendar.identifier }, 'invalid_target', 'allowed are'],
    [
      'a second resource beyond the policy',
      { resource: [contacts.identifier, calendar.identifier] },
      'invalid_target',
    ],
    ['a relative resource', { resource: '/contacts' }, 'invalid_target'],
    ['a resource with a fragment', { resource: `${contacts.identifier}#a` }, 'invalid_target'],
    ['a scope beyond the policy', { scope: 'contacts.write' }, 'invalid_scope', 'allowed are contacts.read'],
    ['a scope beside one of the policy', { scope: 'contacts.read openid' }, 'invalid_scope'],
    ['a scope of the admin API', { scope: 'eyrie.admin' }, 'invalid_scope'],
    ['a scope that is malformed', { scope: 'contacts.read "' }, 'invalid_scope'],
    ['no subject token', { subject_token: undefined }, 'invalid_request'],
    ['no type of the subject token', { subject_token_type: undefined }, 'invalid_request'],
    ['a SAML assertion', { subject_token_type: tokenType('saml2') }, 'invalid_request'],
    ['a JWT that is no token of ours', { subject_token: 'a.b.c' }, 'invalid_request', 'unknown or expired'],
    ['two subject tokens', { subject_token: ['a', 'b'] }, 'invalid_request'],
    [
      'a refresh token that is none',
      { subject_token: 'x', subject_token_type: tokenType('refresh_token') },
      'invalid_request',
    ],
    ['an actor', { actor_token: 'x', actor_token_type: tokenType('access_token') }, 'invalid_request'],
    ['another token type', { requested_token_type: tokenType('saml2') }, 'invalid_request'],
  ])('a request with %s', async (_title, fields, error, detail = '') => {
    const { id_token } = await assistant.tokens();
    await expectNothing(() => ask(id_token, fields), error, { detail: detail || undefined });
  });

  it('an access token, also where the client says that it is an ID token', async () => {
    const { access_token } = await assistant.tokens();
    const fields = { subject_token_type: tokenType('access_token') };
    await expectNothing(() => ask(access_token, fields), 'invalid_request');
    await expectNothing(() => ask(access_token), 'invalid_request');
  });

  it('an assertion that was issued here, as a subject token and as a grant', async () => {
    const { company } = enterprise;
    const { id_token } = await assistant.tokens();
    const { body } = await ask(id_token);
    await expectNothing(() => ask(body.access_token), 'invalid_request');
    const own = await chatClient(company);
    const grant = { grant_type: bearerGrantType, assertion: body.access_token };
    await expectNothing(() => own.token(grant), 'invalid_grant');
    expect((await assistant.userinfo(body.access_token)).status).toBe(401);
    expect((await assistant.introspect(body.access_token)).body).toEqual({ active: false });
  });

  it('an ID token that was changed', async () => {
    const { id_token } = await assistant.tokens();
    const [header, , signature] = id_token.split('.');
    const payload = Buffer.from(JSON.stringify({ ...payloadOf(id_token), sub: 'boss' })).toString(
      'base64url',
    );
    await expectNothing(() => ask([header, payload, signature].join('.')), 'invalid_request');
  });

  it('an ID token that has expired', async () => {
    const { id_token } = await assistant.tokens();
    enterprise.company.clock.advance(3_601);
    await expectNothing(() => ask(id_token), 'invalid_request', { detail: 'expired ID token' });
  });

  it('the ID token or refresh token of another client', async () => {
    const other = await companyClient(enterprise.company, {}, assistant.browser);
    const tokens = await other.tokens();
    const detail = 'it was not issued to this client';
    await expectNothing(() => ask(tokens.id_token), 'invalid_request', { detail });
    const fields = { subject_token_type: tokenType('refresh_token') };
    await expectNothing(() => ask(tokens.refresh_token, fields), 'invalid_request', { detail });
  });

  it('another client, which has no policy', async () => {
    const other = await companyClient(enterprise.company, {}, assistant.browser);
    const { id_token } = await other.tokens();
    await expectNothing(() => ask(id_token, {}, other), 'invalid_target', { detail: 'are for none' });
  });

  it('a client that may not exchange tokens', async () => {
    const grant_types = ['authorization_code', 'refresh_token'];
    const other = await companyClient(enterprise.company, { grant_types }, assistant.browser);
    await enterprise.vouch(other.clientId);
    const { id_token } = await other.tokens();
    await expectNothing(() => ask(id_token, {}, other), 'unauthorized_client');
  });

  it('a client with a wrong secret', async () => {
    const { id_token } = await assistant.tokens();
    const guessing = Object.assign(Object.create(Object.getPrototypeOf(assistant)), assistant, {
      secret: 'x',
    });
    const answer = await ask(id_token, {}, guessing);
    expectRefusal(answer, 401, 'invalid_client');
    expect(answer.body.access_token).toBeUndefined();
  });

  it('a grant that is no sign-in', async () => {
    const other = await companyClient(enterprise.company, { scope: 'contacts.read' }, assistant.browser);
    await enterprise.vouch(other.clientId);
    const { refresh_token } = await other.tokens();
    const fields = { subject_token_type: tokenType('refresh_token') };
    await expectNothing(() => ask(refresh_token, fields, other), 'invalid_request', { detail: 'no sign-in' });
  });

  it('a grant that was revoked', async () => {
    const other = await vouchedFor();
    const tokens = await other.tokens();
    await other.revoke(tokens.refresh_token);
    await expectNothing(() => ask(tokens.id_token, {}, other), 'invalid_request');
    const fields = { subject_token_type: tokenType('refresh_token') };
    await expectNothing(() => ask(tokens.refresh_token, fields, other), 'invalid_request');
  });

  it('a session that has ended, while a refresh token with offline_access goes on', async () => {
    const browser = new TestBrowser(enterprise.company.issuer);
    const other = await vouchedFor({}, browser);
    const tokens = await other.tokens();
    const admin = await AdminCaller.register(enterprise.company);
    const [session] = itemsOf(await admin.get(`/users/${aliceId}/sessions`))
      .filter(({ id }) => typeof id === 'string')
      .toReversed();
    await admin.delete(`/users/${aliceId}/sessions/${String(session?.id)}`);
    await expectNothing(() => ask(tokens.id_token, {}, other), 'invalid_request', {
      detail: 'session has ended',
    });
    const fields = { subject_token_type: tokenType('refresh_token') };
    expect((await ask(tokens.refresh_token, fields, other)).status).toBe(200);
  });

  it('a person who was disabled, or whose password was reset', async () => {
    const { company } = enterprise;
    const bob = { ...aliceOfCompany, username: 'bob', email: 'bob@example.com' };
    const bobId = await company.createUser(bob);
    const other = await vouchedFor({}, new TestBrowser(company.issuer));
    const tokens = (await other.redeem(await other.authorize({}, bob))).body;
    expect((await ask(tokens.id_token, {}, other)).status).toBe(200);
    const admin = await AdminCaller.register(company);
    await admin.post(`/users/${bobId}/disable`);
    await expectNothing(() => ask(tokens.id_token, {}, other), 'invalid_request');
    const fields = { subject_token_type: tokenType('refresh_token') };
    await expectNothing(() => ask(tokens.refresh_token, fields, other), 'invalid_request');
  });

  it('a person in none of the groups, and one who has left', async () => {
    const { company } = enterprise;
    const admin = await AdminCaller.register(company);
    const above = (await admin.post('/groups', { name: 'engineering' })).body;
    const group = (await admin.post('/groups', { name: 'platform', parent_id: above.id })).body;
    const other = await vouchedFor({ everyone: false, groups: ['engineering'] });
    const { id_token } = await other.tokens();
    await expectNothing(() => ask(id_token, {}, other), 'access_denied', { detail: 'in no group' });
    await admin.put(`/groups/${String(group.id)}/members/${aliceId}`);
    expect((await ask(id_token, {}, other)).status).toBe(200);
    await admin.delete(`/groups/${String(group.id)}/members/${aliceId}`);
    await expectNothing(() => ask(id_token, {}, other), 'access_denied');
  });

  it('a policy that was disabled or deleted', async () => {
    const other = await vouchedFor();
    const { id_token } = await other.tokens();
    await enterprise.vouch(other.clientId, { enabled: false });
    await expectNothing(() => ask(id_token, {}, other), 'invalid_target');
    await enterprise.vouch(other.clientId);
    expect((await ask(id_token, {}, other)).status).toBe(200);
    const admin = await AdminCaller.register(enterprise.company);
    await admin.delete(`/assertion-policies/policy-${other.clientId}`);
    await expectNothing(() => ask(id_token, {}, other), 'invalid_target');
  });

  it('a sign-in that is too weak or too old, with what would do', async () => {
    const acr = 'https://refeds.org/profile/mfa';
    const strict = await vouchedFor({ acr_values: [acr] });
    const tokens = await strict.tokens();
    const weak = await expectNothing(
      () => ask(tokens.id_token, {}, strict),
      'insufficient_user_authentication',
    );
    expect(weak.body).toMatchObject({ acr_values: acr });
    const recent = await vouchedFor({ max_age: 60 });
    const { id_token } = await recent.tokens({ prompt: 'login' });
    expect((await ask(id_token, {}, recent)).status).toBe(200);
    enterprise.company.clock.advance(61);
    const old = await expectNothing(() => ask(id_token, {}, recent), 'insufficient_user_authentication');
    expect(old.body).toMatchObject({ max_age: 60 });
    expect((await ask((await recent.tokens({ max_age: '60' })).id_token, {}, recent)).status).toBe(200);
  });

  it('the client as which the audience signs people in, if it is disabled', async () => {
    const { company } = enterprise;
    const sso = await companyClient(company, { subject_type: 'pairwise' });
    const other = await vouchedFor({ sso_client_id: sso.clientId });
    const { id_token } = await other.tokens();
    const known = payloadOf((await ask(id_token, {}, other)).body.access_token).sub;
    expect(known).toBe(payloadOf((await sso.tokens()).id_token).sub);
    expect(known).not.toBe(aliceId);
    const admin = await AdminCaller.register(company);
    await admin.post(`/clients/${sso.clientId}/disable`);
    await expectNothing(() => ask(id_token, {}, other), 'invalid_target', { detail: 'unknown or disabled' });
  });
});
