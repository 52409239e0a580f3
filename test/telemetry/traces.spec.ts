import { generateKeyPair, SignJWT } from 'jose';
import { Database } from '../../src/persistence/database.js';
import { DeliveriesStore } from '../../src/persistence/stores/deliveries.store.js';
import { DeliveryQueue } from '../../src/queue/delivery-queue.js';
import { signIn, TestBrowser } from '../support/browser.js';
import { databaseKind } from '../support/database.js';
import { type KeyHost, startKeyHost } from '../support/key-host.js';
import { post, RelyingParty, request } from '../support/relying-party.js';
import { alice, hashAsUsual, startServer, type TestServer } from '../support/server.js';
import { type CollectedSpan, TraceCollector } from '../support/trace-collector.js';

const system = { sqlite: 'sqlite', mysql: 'mysql', postgres: 'postgresql' }[databaseKind()];

const callerTrace = '0af7651916cd43dd8448eb211c80319c';
const callerSpan = 'b7ad6b7169203331';
const traceparent = (flags = '01'): string => `00-${callerTrace}-${callerSpan}-${flags}`;

describe('Traces (EYRIE_TRACES)', () => {
  let collector: TraceCollector;
  let site: KeyHost;
  let server: TestServer;

  beforeAll(async () => {
    [collector, site] = await Promise.all([TraceCollector.start(), startKeyHost()]);
    server = await startServer({
      EYRIE_TRACES: collector.url,
      EYRIE_TRACES_HEADERS: 'x-tenant=a%20b,authorization=Bearer%20collector-secret',
      EYRIE_OUTBOUND_ALLOW: site.host,
    });
    await server.createUser(alice);
  });
  afterAll(async () => {
    await server.stop();
    await Promise.all([collector.stop(), site.stop()]);
  });

  const requestSpan = (route: string, method = 'GET'): Promise<CollectedSpan> =>
    collector.span(({ name }) => name === `${method} ${route}`);
  /** Every span below another, however deep. */
  const allBelow = (span: CollectedSpan): CollectedSpan[] =>
    collector.below(span).flatMap((child) => [child, ...allBelow(child)]);

  it('begin one trace a request, named by its route, with method and status', async () => {
    await request(server, '/nowhere/at-all?secret=none');
    const missing = await collector.span(({ attributes }) => attributes['http.response.status_code'] === 404);
    expect(missing).toMatchObject({ name: 'GET', kind: 2, parentSpanId: undefined, links: [], status: 0 });

    await request(server, '/.well-known/openid-configuration');
    const span = await requestSpan('/.well-known/openid-configuration');
    expect(span).toMatchObject({
      kind: 2,
      parentSpanId: undefined,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/.well-known/openid-configuration',
        'http.response.status_code': 200,
        'url.scheme': 'http',
        'eyrie.request_id': expect.stringMatching(/^[\da-f-]{36}$/),
      },
      resource: {
        'service.name': 'eyrie',
        'service.version': expect.stringMatching(/^\d+\.\d+\.\d+$/),
        'service.instance.id': expect.stringMatching(/^[\da-f-]{36}$/),
      },
    });
    expect(span.traceId).not.toBe(missing.traceId);
  });

  it('are sent with the headers of EYRIE_TRACES_HEADERS', async () => {
    await request(server, '/jwks');
    await requestSpan('/jwks');
    expect(collector.headers.at(-1)).toMatchObject({
      'content-type': 'application/json',
      'x-tenant': 'a b',
      authorization: 'Bearer collector-secret',
    });
  });

  it('time the transactions, reads and signatures of a request, with the text of statements and no value', async () => {
    const party = await RelyingParty.register(server);
    await party.redeem(await party.authorize());
    const token = await requestSpan('/token', 'POST');
    const below = allBelow(token);
    const transaction = below.find(({ name }) => name === 'transaction');
    expect(transaction).toMatchObject({ kind: 3, attributes: { 'db.system.name': system }, status: 0 });
    const statements = (transaction?.events ?? []).map(({ attributes }) =>
      String(attributes['db.query.text']),
    );
    expect(statements.some((text) => /^UPDATE authorization_codes SET .*consumed_at/s.test(text))).toBe(true);
    const reads = below.filter(({ name }) => name === 'SELECT');
    for (const read of reads)
      expect(read).toMatchObject({
        kind: 3,
        attributes: {
          'db.system.name': system,
          'db.query.text': expect.stringMatching(/^SELECT .{1,300} FROM /s),
        },
      });
    const texts = reads.map(({ attributes }) => String(attributes['db.query.text']));
    expect(texts.filter((text) => /\?|\$1/.test(text)).length).toBeGreaterThan(0);
    expect(
      below.filter(({ name }) => name === 'sign JWT').map(({ attributes }) => attributes['eyrie.jwt.typ']),
    ).toEqual(expect.arrayContaining(['at+jwt', 'JWT']));
  });

  it('time a password hash, and show when its turn came', async () => {
    hashAsUsual(server);
    const browser = new TestBrowser(server.issuer);
    await signIn(browser, await browser.open('/login'), { ...alice, password: 'a mistyped password' });
    const hash = await collector.span(({ name }) => name === 'hash password');
    expect(hash).toMatchObject({ kind: 1, events: [{ name: 'begun' }] });
    expect(collector.spans.find(({ spanId }) => spanId === hash.parentSpanId)?.name).toBe('POST /login');
  });

  it('time what is fetched, by its host, and tell a host of EYRIE_OUTBOUND_ALLOW which trace it is', async () => {
    const received: unknown[] = [];
    site.documents.set(
      '/keys?key=hunter2',
      (incoming: { headers: unknown }, response: { end(body: string): void }) => {
        received.push(incoming.headers);
        response.end('{"keys":[]}');
      },
    );
    const { clientId } = await server.register({
      client_id: 'signer',
      client_name: 'Signer',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: site.url('/keys?key=hunter2'),
    });
    const { privateKey } = await generateKeyPair('ES256');
    const assertion = await new SignJWT({ iss: clientId, sub: clientId, aud: server.issuer, jti: 'one' })
      .setProtectedHeader({ alg: 'ES256' })
      .setExpirationTime(server.clock.now() + 60)
      .sign(privateKey);
    await post(server, '/token', {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    });
    const port = Number(new URL(site.url('/')).port);
    const fetched = await collector.span(({ attributes }) => attributes['server.port'] === port);
    expect(fetched).toMatchObject({
      name: 'GET',
      kind: 3,
      attributes: {
        'http.request.method': 'GET',
        'server.address': '127.0.0.1',
        'url.scheme': 'http',
        'http.response.status_code': 200,
      },
    });
    expect(received[0]).toMatchObject({ traceparent: `00-${fetched.traceId}-${fetched.spanId}-01` });
  });

  it('are not those of callers, whose traceparent is a link alone', async () => {
    await request(server, '/userinfo', {
      headers: { traceparent: traceparent(), tracestate: 'vendor=anything', baggage: 'user=alice' },
    });
    const span = await requestSpan('/userinfo');
    expect(span).toMatchObject({
      parentSpanId: undefined,
      links: [{ traceId: callerTrace, spanId: callerSpan }],
    });
    expect(span.traceId).not.toBe(callerTrace);
    expect(collector.text).not.toContain('vendor');
  });

  it.each([
    '',
    'nonsense',
    `00-${'0'.repeat(32)}-${callerSpan}-01`,
    `ff-${callerTrace}-${callerSpan}-01`,
    'x'.repeat(100),
  ])('begin also where traceparent is wrong: %j', async (header) => {
    const before = collector.spans.length;
    await request(server, '/introspect', { method: 'POST', headers: { traceparent: header } });
    const span = await collector.span(
      (one) => one.name === 'POST /introspect' && collector.spans.indexOf(one) >= before,
    );
    expect(span.links).toEqual([]);
  });

  it('time a queued delivery by itself, with what it writes and how it failed, but not why', async () => {
    const queue = server.app.get(DeliveryQueue);
    queue.register({
      kind: 'probe',
      retryDelaysSeconds: [],
      describe: () => 'the probe',
      deliver: async () => ({ reason: 'hunter2 was refused', final: true }),
    });
    const delivery = { kind: 'probe', payload: { secret: 'hunter2' } };
    await server.app
      .get(Database)
      .write((tx) => server.app.get(DeliveriesStore).queue(tx, delivery, server.clock.now()));
    await queue.deliverDue();
    const span = await collector.span(({ name }) => name === 'deliver probe');
    expect(span).toMatchObject({ kind: 5, parentSpanId: undefined, status: 2 });
    expect(span.attributes).toMatchObject({ 'error.type': 'final', 'eyrie.delivery.attempts': 0 });
    expect(allBelow(span).map(({ name }) => name)).toContain('transaction');
    expect(collector.text).not.toContain('hunter2');
  });

  it('leave out probes, and work that no request waits for', async () => {
    await request(server, '/health/live');
    await request(server, '/health/ready');
    await request(server, '/logout');
    await requestSpan('/logout');
    expect(collector.spans.filter(({ name }) => name.includes('health'))).toEqual([]);
    const roots = collector.spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(roots.filter(({ kind, name }) => kind !== 2 && name !== 'deliver probe')).toEqual([]);
  });
});

describe('Traces with EYRIE_TRACES_CALLERS', () => {
  let collector: TraceCollector;
  let server: TestServer;
  beforeAll(async () => {
    collector = await TraceCollector.start();
    server = await startServer({
      EYRIE_TRACES: collector.url,
      EYRIE_TRACES_CALLERS: '127.0.0.0/8',
      EYRIE_TRACES_SHARE: '0',
    });
  });
  afterAll(() => collector.stop());

  it('go on from those of the callers, which decide what is recorded', async () => {
    await request(server, '/jwks');
    await request(server, '/authorize', { headers: { traceparent: traceparent('00') } });
    await request(server, '/userinfo', { headers: { traceparent: traceparent() } });
    await server.stop();
    const requests = collector.spans.filter(({ kind }) => kind === 2);
    expect(requests).toMatchObject([
      { name: 'GET /userinfo', traceId: callerTrace, parentSpanId: callerSpan, links: [] },
    ]);
    expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([callerTrace]));
  });
});
