import { ask, decide, poll, registerAsker, send } from '../../support/backchannel-requests.js';
import { expectRefusal } from '../../support/relying-party.js';
import { requestObjectAlgorithms } from '../../../src/protocol/request-object.js';
import { type Check, namesIn } from './world.js';

/** How people are asked who are not in the browser of the client. */
export const backchannelChecks: Readonly<Record<string, Check>> = {
  async backchannel_authentication_endpoint(value, { server, browser }) {
    expect(value).toBe(`${server.issuer}/bc-authorize`);
    const asker = await registerAsker(server);
    const begun = await ask(asker);
    await decide(browser, 'deny');
    expectRefusal(await poll(asker, begun), 400, 'access_denied');
  },

  async backchannel_token_delivery_modes_supported(value, { server, host, admin }) {
    for (const backchannel_token_delivery_mode of namesIn(value))
      await registerAsker(server, {
        backchannel_token_delivery_mode,
        backchannel_client_notification_endpoint: host.url('/ping'),
      });
    const pushed = { redirect_uris: ['https://a.example.com/'], backchannel_token_delivery_mode: 'push' };
    expect((await admin.post('/clients', pushed)).status).toBe(400);
  },

  async backchannel_authentication_request_signing_alg_values_supported(value) {
    // Which of them verify, the specification of signed requests tries out.
    expect(value).toEqual([...requestObjectAlgorithms]);
    expect(value).not.toContain('none');
  },

  async backchannel_user_code_parameter_supported(value, { server }) {
    expect(value).toBe(false);
    expectRefusal(await send(await registerAsker(server), { user_code: '1234' }), 400, 'invalid_request');
  },
};
