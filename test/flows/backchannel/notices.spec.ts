import type { IncomingMessage, ServerResponse } from 'node:http';
import { BackchannelRequestsStore } from '../../../src/persistence/stores/backchannel-requests.store.js';
import { DeliveriesStore } from '../../../src/persistence/stores/deliveries.store.js';
import { DeliveryQueue } from '../../../src/queue/delivery-queue.js';
import { ask, decide, poll, registerAsker, waiting } from '../../support/backchannel-requests.js';
import { TestBrowser } from '../../support/browser.js';
import { type KeyHost, startKeyHost } from '../../support/key-host.js';
import { linkIn, useMailReceiver } from '../../support/mail-receiver.js';
import { expectRefusal, type RelyingParty } from '../../support/relying-party.js';
import { alice, startServer, type TestServer } from '../../support/server.js';
import { shows, signedInBrowser } from '../../support/walk.js';

const mails = await useMailReceiver();
const token = '8d67dc78-7faa-4d41-aabd-67707b374255';

/** What came to the notification endpoint of a client. */
interface Ping {
  readonly method: string | undefined;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

describe('who is told of a backchannel request', () => {
  let server: TestServer;
  let host: KeyHost;
  let subject: string;
  const pings: Ping[] = [];
  let answer: { status: number; headers?: Record<string, string> };

  beforeAll(async () => {
    host = await startKeyHost();
    host.documents.set('/ping', (request: IncomingMessage, response: ServerResponse) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { authorization, 'content-type': contentType } = request.headers;
        pings.push({ method: request.method, authorization, contentType, body });
        response.writeHead(answer.status, answer.headers).end();
      });
    });
    server = await startServer({ EYRIE_OUTBOUND_ALLOW: host.host, ...mails.settings });
    subject = await server.createUser({ ...alice, locale: 'de' });
  });
  afterAll(async () => {
    await server.stop();
    await host.stop();
  });
  beforeEach(async () => {
    pings.splice(0);
    answer = { status: 204 };
    await mails.take(server);
  });

  const registerPinged = (): Promise<RelyingParty> =>
    registerAsker(server, {
      backchannel_token_delivery_mode: 'ping',
      backchannel_client_notification_endpoint: host.url('/ping'),
    });
  const deliver = (): Promise<void> => server.app.get(DeliveryQueue).deliverDue();
  const browser = (): TestBrowser => new TestBrowser(server.issuer);
  const pingsIn = async () =>
    (await server.app.get(DeliveriesStore).list({ kind: 'backchannel_ping' }, { limit: 100 })).items;

  it('I3 the person gets a mail in their language, with the message to compare and a link to the page', async () => {
    const asker = await registerAsker(server);
    await ask(asker, { binding_message: 'W4SCT' });
    const mail = await mails.takeOne(server);
    expect(mail.to).toBe(alice.email);
    expect(mail.subject).toBe('Eine Anwendung bittet um Ihre Entscheidung');
    for (const text of ['CallCentre', 'W4SCT', 'alice']) expect(mail.text).toContain(text);
    const person = await signedInBrowser(server);
    expect(await waiting(person)).toEqual([linkIn(mail)]);
    const question = await person.open(linkIn(mail));
    expect(question.html).toContain('id="allow"');
    await person.submit(question, { decision: 'deny' });
  });

  it('I3 the link of a mail that was decided on, or is too old, leads to a page that says so', async () => {
    await ask(await registerAsker(server));
    const link = linkIn(await mails.takeOne(server));
    server.clock.advance(600);
    const page = await browser().open(link);
    expect([page.status, shows.signIn(page)]).toEqual([400, false]);
  });

  it.each(['allow', 'deny'] as const)('I3 a client that gets pings gets one for: %s', async (decision) => {
    const asker = await registerPinged();
    const begun = await ask(asker, { client_notification_token: token });
    await deliver();
    expect(pings).toEqual([]);
    await decide(browser(), decision);
    await deliver();
    expect(pings).toEqual([
      {
        method: 'POST',
        authorization: `Bearer ${token}`,
        contentType: 'application/json',
        body: JSON.stringify({ auth_req_id: begun.auth_req_id }),
      },
    ]);
    expect((await poll(asker, begun)).body.error).toBe(decision === 'allow' ? undefined : 'access_denied');
    await deliver();
    expect(pings).toHaveLength(1);
  });

  it('I3 a ping that was not taken is sent again, until the request has expired', async () => {
    const asker = await registerPinged();
    await ask(asker, { client_notification_token: token, requested_expiry: '30' });
    answer = { status: 503 };
    await decide(browser(), 'allow');
    await deliver();
    server.clock.advance(5);
    await deliver();
    expect(pings).toHaveLength(2);
    server.clock.advance(60);
    await deliver();
    expect(pings).toHaveLength(2);
    expect((await pingsIn()).at(-1)).toMatchObject({
      state: 'failed',
      lastProblem: 'its request has expired',
      contentSealed: null,
    });
  });

  it('I3 a ping follows no redirection', async () => {
    const asker = await registerPinged();
    await ask(asker, { client_notification_token: token });
    answer = { status: 307, headers: { location: host.url('/elsewhere') } };
    const before = host.requests;
    await decide(browser(), 'allow');
    await deliver();
    expect(pings).toHaveLength(1);
    expect(host.requests).toBe(before + 1);
    expect((await pingsIn()).at(-1)).toMatchObject({ state: 'pending', lastProblem: 'it answered 307' });
  });

  it('I3 what a ping needs is stored sealed, and a client that only polls has none', async () => {
    const begun = await ask(await registerPinged(), { client_notification_token: token });
    await ask(await registerAsker(server), { client_notification_token: token });
    const store = server.app.get(BackchannelRequestsStore);
    const [pinged, polled] = await store.waitingFor(subject, server.clock.now());
    expect(pinged?.pingSealed).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(polled?.pingSealed).toBeNull();
    const stored = JSON.stringify([pinged, polled]);
    for (const secret of [begun.auth_req_id, token]) expect(stored).not.toContain(secret);
    for (let left = 0; left < 2; left++) await decide(browser(), 'deny');
  });

  it('I3 a client that gets pings may poll before', async () => {
    const asker = await registerPinged();
    const begun = await ask(asker, { client_notification_token: token });
    expectRefusal(await poll(asker, begun), 400, 'authorization_pending');
    await decide(browser(), 'allow');
    server.clock.advance(5);
    expect((await poll(asker, begun)).status).toBe(200);
  });
});
