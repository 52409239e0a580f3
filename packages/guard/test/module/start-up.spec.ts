import { Logger, Module } from '@nestjs/common';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BearerHealth, BearerModule } from '@eyrie/guard';
import { Clock } from '../support/clock.js';
import { type ContactsApp, ContactsController, listen } from '../support/contacts-app.js';
import { eventually } from '../support/eventually.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import { withAuthorization } from '../support/raw-request.js';

const DISCOVERY = '/.well-known/openid-configuration';

Logger.overrideLogger(false);

describe('a service that starts', () => {
  let issuer: LocalIssuer;
  let clock: Clock;
  let service: ContactsApp;

  beforeEach(async () => {
    issuer = await LocalIssuer.start();
    clock = new Clock();
  });

  afterEach(async () => {
    await service.app.close();
    await issuer.close();
  });

  async function start(): Promise<void> {
    const bearer = BearerModule.forRoot({ issuer: issuer.url, audience: AUDIENCE, now: clock.now });
    @Module({ imports: [bearer, TerminusModule], controllers: [ContactsController] })
    class ContactsModule {}
    service = await listen(ContactsModule);
  }

  const health = async () => {
    const bearer = service.app.get(BearerHealth);
    const terminus = service.app.get(HealthCheckService, { strict: false });
    return terminus
      .check([() => bearer.check()])
      .catch((error: { getResponse(): unknown }) => error.getResponse());
  };

  it('asks its issuer for keys before the first request', async () => {
    await start();
    await eventually(() => issuer.count('/jwks') === 1);
    expect(await withAuthorization(`${service.url}/contacts`, `Bearer ${await issuer.mint()}`)).toMatchObject(
      {
        status: 200,
      },
    );
    expect(issuer.count('/jwks')).toBe(1);
  });

  it('does not wait for an issuer that is away, lets nobody pass, and goes on when it is back', async () => {
    issuer.failing.set(DISCOVERY, 500);
    await start();
    const request = async () => withAuthorization(`${service.url}/contacts`, `Bearer ${await issuer.mint()}`);
    expect((await request()).status).toBe(503);
    issuer.failing.clear();
    clock.advance(1);
    expect((await request()).status).toBe(200);
  });

  it('terminus sees an issuer in reach as up', async () => {
    await start();
    expect(await health()).toMatchObject({
      status: 'ok',
      details: { bearer: { status: 'up', issuers: { [issuer.url]: 'up' } } },
    });
  });

  it('terminus sees an issuer out of reach as down, with the reason', async () => {
    issuer.failing.set(DISCOVERY, 500);
    await start();
    const reason: unknown = expect.stringMatching(
      /^The metadata of the issuer cannot be fetched: .*: status 500/,
    );
    expect(await health()).toMatchObject({
      status: 'error',
      error: { bearer: { status: 'down', message: reason, issuers: { [issuer.url]: reason } } },
    });
  });
});
