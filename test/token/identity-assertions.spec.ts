import { decodeProtectedHeader } from 'jose';
import { proof, proofKey } from '../support/dpop-proofs.js';
import { AdminCaller } from '../support/admin-caller.js';
import {
  aliceOfCompany,
  askAssertion,
  bearerGrantType,
  chatClient,
  companyClient,
  Enterprise,
  exchangeGrantType,
  idJag,
  tokenType,
} from '../support/enterprise.js';
import { basic, expectRefusal, payloadOf, post, type RelyingParty } from '../support/relying-party.js';
import { contacts } from '../support/server.js';

describe('I4 identity assertions of the company', () => {
  let enterprise: Enterprise;
  let assistant: RelyingParty;
  let there: RelyingParty;
  let aliceId: string;

  beforeAll(async () => {
    enterprise = await Enterprise.start();
    const { company, chat } = enterprise;
    aliceId = await company.createUser(aliceOfCompany);
    await chat.createUser(aliceOfCompany);
    assistant = await companyClient(company);
    there = await chatClient(chat);
    await enterprise.vouch(assistant.clientId, {
      audience_client_id: there.clientId,
      resources: [contacts.identifier],
    });
    await enterprise.trust(there.clientId);
  });
  afterAll(() => enterprise.stop());

  it('an ID token becomes an assertion, and the assertion an access token at the other server', async () => {
    const { company, chat } = enterprise;
    const tokens = await assistant.tokens();
    const answer = await askAssertion(assistant, chat.issuer, tokens.id_token);
    expect(answer.body).toEqual({
      issued_token_type: idJag,
      access_token: expect.any(String),
      token_type: 'N_A',
      expires_in: 300,
      scope: 'contacts.read',
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const assertion = answer.body.access_token;
    expect(decodeProtectedHeader(assertion)).toEqual({
      typ: 'oauth-id-jag+jwt',
      alg: 'RS256',
      kid: expect.any(String),
    });
    const claims = payloadOf(assertion);
    const { auth_time, acr, amr } = payloadOf(tokens.id_token);
    expect(claims).toEqual({
      iss: company.issuer,
      sub: aliceId,
      aud: chat.issuer,
      client_id: there.clientId,
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: (claims.iat as number) + 300,
      scope: 'contacts.read',
      resource: contacts.identifier,
      auth_time,
      acr,
      amr,
      email: 'alice@example.com',
      email_verified: true,
    });
    const granted = await there.token({ grant_type: bearerGrantType, assertion });
    expect(granted.body).toMatchObject({ token_type: 'Bearer', scope: 'contacts.read' });
    expect(payloadOf(granted.body.access_token)).toMatchObject({
      iss: chat.issuer,
      aud: contacts.identifier,
      client_id: there.clientId,
    });
  });

  it('a refresh token does as well, and stays as it is', async () => {
    const { chat } = enterprise;
    const tokens = await assistant.tokens();
    const answer = await askAssertion(assistant, chat.issuer, tokens.refresh_token, {
      subject_token_type: tokenType('refresh_token'),
    });
    expect(answer.body).toMatchObject({ issued_token_type: idJag, token_type: 'N_A' });
    expect((await assistant.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('with the proof of a key, the assertion is bound to it, and useless without', async () => {
    const { company, chat } = enterprise;
    const key = await proofKey();
    const tokens = await assistant.tokens();
    const fields = {
      grant_type: exchangeGrantType,
      requested_token_type: idJag,
      subject_token: tokens.id_token,
      subject_token_type: tokenType('id_token'),
      audience: chat.issuer,
    };
    const answer = await post(company, '/token', fields, {
      authorization: basic(assistant.clientId, assistant.secret),
      dpop: await proof(company, key),
    });
    const assertion = answer.body.access_token;
    expect(answer.body.token_type).toBe('N_A');
    expect(payloadOf(assertion).cnf).toEqual({ jkt: key.thumbprint });
    const grant = { grant_type: bearerGrantType, assertion };
    expectRefusal(await there.token(grant), 400, 'invalid_grant');
    const granted = await post(chat, '/token', grant, {
      authorization: basic(there.clientId, there.secret),
      dpop: await proof(chat, key),
    });
    expect(granted.body.token_type).toBe('DPoP');
  });

  it('the audit trail, the timeline of the grant and the activity of the person tell of it', async () => {
    const { company, chat } = enterprise;
    const tokens = await assistant.tokens();
    const { body } = await askAssertion(assistant, chat.issuer, tokens.id_token);
    const admin = await AdminCaller.register(company);
    const timeline = await admin.get(`/grants/${String(payloadOf(tokens.access_token).grant_id)}/timeline`);
    expect(JSON.stringify(timeline.body)).toContain('assertion.issued');
    const events = await admin.get('/audit-events?event=assertion.issued&limit=1');
    expect(JSON.stringify(events.body)).toContain(String(payloadOf(body.access_token).jti));
    const activity = await assistant.browser.open('/account/activity');
    expect(activity.html).toContain(`was allowed to act for you at`);
  });
});
