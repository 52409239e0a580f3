import { TestBrowser } from '../../support/browser.js';
import { proof, proofKey } from '../../support/dpop-proofs.js';
import { alice, useServer } from '../../support/server.js';
import {
  type Answer,
  expectRefusal,
  payloadOf,
  post,
  RelyingParty,
  request,
} from '../../support/relying-party.js';
import { allow, begin, deviceCode, poll, registerDevice } from '../../support/device.js';

describe('device authorization requests', () => {
  const server = useServer({}, { users: [alice] });

  it('I1 G3 a device bound to DPoP that sends no good proof is refused, which consumes nothing; with one its tokens are bound', async () => {
    const device = await registerDevice(server, { dpop_bound_access_tokens: true });
    const codes = await begin(device, 'openid offline_access');
    await allow(new TestBrowser(server.issuer), codes);
    const [key, other] = [await proofKey(), await proofKey()];
    const send = async (fields: Record<string, string>, dpop: string): Promise<Answer> =>
      post(server, '/token', { client_id: device.clientId, ...fields }, { dpop });
    const asked = { grant_type: deviceCode, device_code: codes.device_code };

    expectRefusal(await poll(device, codes), 400, 'invalid_dpop_proof');
    const elsewhere = await proof(server, key, {}, '/device_authorization');
    expectRefusal(await send(asked, elsewhere), 400, 'invalid_dpop_proof');
    const { status, body } = await send(asked, await proof(server, key));
    expect({ status, type: body.token_type }).toEqual({ status: 200, type: 'DPoP' });
    expect(payloadOf(body.access_token).cnf).toEqual({ jkt: key.thumbprint });

    const refresh = { grant_type: 'refresh_token', refresh_token: body.refresh_token };
    expectRefusal(await send(refresh, await proof(server, other)), 400, 'invalid_grant');
    expectRefusal(await device.refresh(body.refresh_token), 400, 'invalid_dpop_proof');
    expect((await device.userinfo(body.access_token)).status).toBe(401);
    const renewed = await send(refresh, await proof(server, key));
    expect(payloadOf(renewed.body.access_token).cnf).toEqual({ jkt: key.thumbprint });
  });

  it('I1 G3 a public device that sends a proof of its own accord has bound refresh tokens', async () => {
    const device = await registerDevice(server);
    const codes = await begin(device, 'openid offline_access');
    const key = await proofKey();
    const asked = { grant_type: deviceCode, device_code: codes.device_code, client_id: device.clientId };
    const early = await post(server, '/token', asked, { dpop: await proof(server, key) });
    expectRefusal(early, 400, 'authorization_pending');
    server.clock.advance(5);
    await allow(new TestBrowser(server.issuer), codes);
    const { body } = await post(server, '/token', asked, { dpop: await proof(server, key) });
    expect(body.token_type).toBe('DPoP');
    expectRefusal(await device.refresh(body.refresh_token), 400, 'invalid_grant');
  });

  it('I1 a client that is not registered for the device flow is refused at both endpoints', async () => {
    const web = await RelyingParty.register(server);
    expectRefusal(await web.authenticated('/device_authorization', {}), 400, 'unauthorized_client');
    const answer = await web.token({ grant_type: deviceCode, device_code: 'any' });
    expectRefusal(answer, 400, 'unauthorized_client');
  });

  it('I1 a confidential device authenticates as at the token endpoint', async () => {
    const device = await registerDevice(server, { token_endpoint_auth_method: 'client_secret_basic' });
    const codes = await begin(device, 'contacts.read');
    const anonymous = await post(server, '/device_authorization', { client_id: device.clientId });
    expectRefusal(anonymous, 401, 'invalid_client');
    const unproven = await post(server, '/token', {
      grant_type: deviceCode,
      device_code: codes.device_code,
      client_id: device.clientId,
    });
    expectRefusal(unproven, 401, 'invalid_client');
    await allow(new TestBrowser(server.issuer), codes);
    expect((await poll(device, codes)).status).toBe(200);
  });

  it.each([
    ['a scope of others', 400, 'invalid_scope', 'scope=eyrie.admin'],
    ['no scope that exists', 400, 'invalid_scope', 'scope=nothing.such'],
    ['a repeated scope', 400, 'invalid_request', 'scope=openid&scope=profile'],
    ['an unknown client', 401, 'invalid_client', 'client_id=nobody'],
  ])('I1 a device authorization request with %s is refused', async (_what, status, error, added) => {
    const { clientId } = await registerDevice(server);
    const named = added.startsWith('client_id') ? '' : `client_id=${clientId}&`;
    const answer = await post(server, '/device_authorization', `${named}${added}`);
    expectRefusal(answer, status, error);
  });

  it('I1 the device authorization endpoint takes form posts only', async () => {
    const { clientId } = await registerDevice(server);
    const get = await request(server, `/device_authorization?client_id=${clientId}`);
    expect(get.status).toBe(405);
    expect(get.headers.get('allow')).toBe('POST');
    const json = await request(server, '/device_authorization', {
      method: 'POST',
      body: JSON.stringify({ client_id: clientId }),
      headers: { 'content-type': 'application/json' },
    });
    expectRefusal(json, 400, 'invalid_request');
    const query = await post(server, `/device_authorization?client_id=${clientId}`, {});
    expectRefusal(query, 400, 'invalid_request');
  });

  it('I1 a device whose application runs in a browser may call it from its own origin', async () => {
    const { clientId } = await registerDevice(server);
    const origin = { origin: 'https://screen.example.com' };
    const answer = await post(server, '/device_authorization', { client_id: clientId }, origin);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('I1 the metadata names the device authorization endpoint and the grant type', async () => {
    const { body } = await request(server, '/.well-known/openid-configuration');
    expect(body).toMatchObject({ device_authorization_endpoint: `${server.issuer}/device_authorization` });
    expect(body.grant_types_supported).toContain(deviceCode);
  });
});
