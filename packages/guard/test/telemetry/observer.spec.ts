import { Logger, Module } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { BearerModule, type BearerOptions, type RefusedEvent, type VerifiedEvent } from '@eyrie/guard';
import { type ContactsApp, ContactsController, listen } from '../support/contacts-app.js';
import { eventually } from '../support/eventually.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import { rawRequest, withAuthorization } from '../support/raw-request.js';

describe('what the guard tells of its work', () => {
  let issuer: LocalIssuer;
  let contacts: ContactsApp;
  let errors: string[];

  beforeEach(async () => {
    issuer = await LocalIssuer.start();
    errors = [];
  });

  afterEach(async () => {
    Logger.overrideLogger(false);
    await contacts.app.close();
    await issuer.close();
  });

  async function start(options: Partial<BearerOptions>): Promise<void> {
    const bearer = BearerModule.forRoot({
      issuer: issuer.url,
      audience: AUDIENCE,
      guardAll: true,
      ...options,
    });
    @Module({ imports: [bearer], controllers: [ContactsController] })
    class ServiceModule {}
    contacts = await listen(ServiceModule);
    Logger.overrideLogger({ error: (line: string) => errors.push(line), log() {}, warn() {}, debug() {} });
  }

  const get = (token: string) => withAuthorization(`${contacts.url}/contacts`, `Bearer ${token}`);

  it('onVerified is called once a request, remembered token or not, with the token and the route', async () => {
    const events: VerifiedEvent[] = [];
    await start({ onVerified: (event) => events.push(event) });
    const token = await issuer.mint();
    await get(token);
    await get(token);
    expect(events).toMatchObject([
      { token: { subject: 'alice' }, route: 'ContactsController.list' },
      { token: { subject: 'alice' }, route: 'ContactsController.list' },
    ]);
  });

  it('onRefused is called for each refusal, with the error and the route, and onVerified is not', async () => {
    const verified: VerifiedEvent[] = [];
    const refused: RefusedEvent[] = [];
    await start({ onVerified: (event) => verified.push(event), onRefused: (event) => refused.push(event) });
    await get(await issuer.mint({ scope: 'other' }));
    await get(await issuer.mint({ aud: 'x' }));
    await rawRequest(`${contacts.url}/contacts`, []);
    expect(verified).toEqual([]);
    expect(refused.map(({ error, route }) => [error.code, error.getStatus(), route])).toEqual([
      ['insufficient_scope', 403, 'ContactsController.list'],
      ['invalid_token', 401, 'ContactsController.list'],
      ['missing_token', 401, 'ContactsController.list'],
    ]);
    expect(refused[1]?.error.detail).toBe(`aud: expected [ '${AUDIENCE}' ], received 'x'`);
  });

  const FAILING: [title: string, callback: () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('full', { cause: new Error('disk') });
      },
    ],
    ['rejects', () => Promise.reject(new Error('full', { cause: new Error('disk') }))],
  ];

  it.each(FAILING)(
    'a callback that %s is logged, and the request is not affected',
    async (_title, callback) => {
      await start({ onVerified: callback, onRefused: callback });
      expect((await get(await issuer.mint())).status).toBe(200);
      expect((await get(await issuer.mint({ aud: 'x' }))).status).toBe(401);
      await eventually(() => errors.length === 2);
      expect(errors).toEqual(['onVerified failed: full: disk', 'onRefused failed: full: disk']);
    },
  );

  it('metrics count requests by result, and calls of issuers, in the registry', async () => {
    const registry = new Registry();
    await start({ metrics: registry, introspection: { clientId: 'contacts', clientSecret: 'secret' } });
    const token = await issuer.mint();
    await get(token);
    await get(token);
    await get('junk');
    issuer.failing.set('/introspect', 500);
    await get('other');
    const text = await registry.metrics();
    expect(text.split('\n').filter((line) => line.startsWith('bearer_'))).toEqual([
      'bearer_requests_total{result="verified"} 2',
      'bearer_requests_total{result="invalid_token"} 1',
      'bearer_requests_total{result="temporarily_unavailable"} 1',
      'bearer_issuer_calls_total{document="metadata",result="ok"} 1',
      'bearer_issuer_calls_total{document="keys",result="ok"} 1',
      'bearer_issuer_calls_total{document="introspection",result="ok"} 1',
      'bearer_issuer_calls_total{document="introspection",result="failed"} 1',
    ]);
  });

  it('two modules share the counters of a registry', async () => {
    const registry = new Registry();
    const options = { issuer: issuer.url, audience: AUDIENCE, metrics: registry };
    expect(() => [BearerModule.forRoot(options), BearerModule.forRoot(options)]).not.toThrow();
    await start({});
  });

  it.each<[option: string, options: Partial<BearerOptions>]>([
    ['onVerified', { onVerified: 'log' as never }],
    ['onRefused', { onRefused: {} as never }],
    ['metrics', { metrics: {} }],
    ['metrics', { metrics: 'on' as never }],
  ])('a wrong %s stops the start', async (option, options) => {
    await start({});
    expect(() => BearerModule.forRoot({ issuer: issuer.url, audience: AUDIENCE, ...options })).toThrow(
      `BearerModule: ${option} must be`,
    );
  });
});
