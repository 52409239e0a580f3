import type { RequestListener } from 'node:http';
import { DeliveryQueue } from '../../../src/queue/delivery-queue.js';
import { responseOf, type Shown } from '../../support/browser.js';
import { payloadOf, RelyingParty, request } from '../../support/relying-party.js';
import { elements } from '../../support/markup.js';
import { ask, type Check, verified, type World } from './world.js';

/** Lets a client in and ends the session: what the client was told of it, and the sid that it knew. */
async function signedOut(
  world: World,
): Promise<{ token: string; page: Shown; sid: unknown; client: RelyingParty }> {
  let token = '';
  const receive: RequestListener = (received, response) => {
    let body = '';
    received.on('data', (chunk) => (body += chunk));
    received.on('end', () => {
      token = new URLSearchParams(body).get('logout_token') ?? '';
      response.end();
    });
  };
  world.host.documents.set('/logout', receive);
  const client = await RelyingParty.register(world.server, {
    backchannel_logout_uri: world.host.url('/logout'),
    frontchannel_logout_uri: 'https://writer.example.com/frame',
  });
  const { id_token: hint } = await client.tokens();
  const page = await client.browser.open(
    `/logout?${new URLSearchParams({ id_token_hint: hint }).toString()}`,
  );
  const queue = world.server.app.get(DeliveryQueue);
  await queue.deliverDue();
  await queue.deliverDue();
  return { token, page, sid: payloadOf(hint).sid, client };
}

const frameOf = (page: Shown): URLSearchParams =>
  new URL(elements(page.html, 'iframe')[0]?.attributes.src ?? 'none:').searchParams;

/** What clients are told when a session ends. */
export const logoutChecks: Readonly<Record<string, Check>> = {
  async check_session_iframe(value, world) {
    const { server } = world;
    const page = await request(server, '/check_session');
    const answer = responseOf(await ask(world, world.client));
    expect([value, page.status, answer.has('session_state')]).toEqual(
      value === undefined ? [undefined, 404, false] : [`${server.issuer}/check_session`, 200, true],
    );
  },
  async backchannel_logout_supported(value, world) {
    const { token, client } = await signedOut(world);
    expect([value, await verified(world, token, client.clientId)]).toEqual([
      true,
      expect.objectContaining({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
    ]);
  },
  async backchannel_logout_session_supported(value, world) {
    const { token, sid } = await signedOut(world);
    expect([value, payloadOf(token).sid]).toEqual([true, sid]);
  },
  async frontchannel_logout_supported(value, world) {
    const { page } = await signedOut(world);
    expect([value, frameOf(page).get('iss')]).toEqual([true, world.server.issuer]);
  },
  async frontchannel_logout_session_supported(value, world) {
    const { page, sid } = await signedOut(world);
    expect([value, frameOf(page).get('sid')]).toEqual([true, sid]);
  },
};
