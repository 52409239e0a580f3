import { Logger, Module } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BearerHealth, BearerModule, type BearerOptions } from '@eyrie/guard';
import { Clock } from '../support/clock.js';
import { ContactsController, listen } from '../support/contacts-app.js';
import { eventually } from '../support/eventually.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import { withAuthorization } from '../support/raw-request.js';
import { INVALID, UNAVAILABLE, verifierOf } from '../support/verifier.js';

describe('Introspection', () => {
  let issuer: LocalIssuer;
  let clock: Clock;
  let warnings: string[];

  beforeEach(async () => {
    issuer = await LocalIssuer.start();
    clock = new Clock();
    warnings = [];
    Logger.overrideLogger({ warn: (line: string) => warnings.push(line), log() {}, error() {}, debug() {} });
    issuer.opaque.set('secret', { active: true, aud: AUDIENCE, sub: 'alice', client_id: 'writer' });
  });

  afterEach(async () => {
    Logger.overrideLogger(false);
    await issuer.close();
  });

  const introspection = { clientId: 'contacts', clientSecret: 's3cret' };
  const asking = (options: Partial<BearerOptions> = {}) =>
    verifierOf(issuer, clock, { introspection, ...options });

  it('that fails is a warning once an attempt, with the cause', async () => {
    const verifier = asking();
    issuer.failing.set('/introspect', 503);
    await expect(verifier.verify('secret')).rejects.toMatchObject(UNAVAILABLE);
    await expect(verifier.verify('secret')).rejects.toMatchObject(UNAVAILABLE);
    const line = `Introspection failed: ${issuer.url}/introspect: status 503 (${issuer.url})`;
    expect(warnings).toEqual([line, line]);
    issuer.failing.clear();
    await verifier.verify('secret');
    expect(warnings.slice(2)).toEqual([`Introspection works again (${issuer.url})`]);
  });

  it('with wrong credentials is a warning that names the options', async () => {
    issuer.failing.set('/introspect', 401);
    await expect(asking().verify('secret')).rejects.toMatchObject(UNAVAILABLE);
    expect(warnings).toEqual([
      expect.stringContaining('status 401, check introspection.clientId and .clientSecret'),
    ]);
  });

  it('whose endpoint refuses connections is a warning with that cause, and so is the reason of the 503', async () => {
    const verifier = asking({
      introspection: { ...introspection, endpoint: 'http://127.0.0.1:9/introspect' },
    });
    const error: unknown = await verifier.verify('secret').catch((failure: unknown) => failure);
    expect(error).toMatchObject({ ...UNAVAILABLE, cause: { message: 'fetch failed' } });
    expect(warnings).toEqual([expect.stringMatching(/fetch failed: (connect ECONNREFUSED|bad port)/)]);
  });

  it('without an endpoint in the metadata is a warning', async () => {
    issuer.metadata = { introspection_endpoint: undefined };
    await expect(asking().verify('secret')).rejects.toMatchObject(UNAVAILABLE);
    expect(warnings).toEqual([
      `The metadata of the issuer has no introspection_endpoint, so opaque tokens get 503 (${issuer.url})`,
    ]);
  });

  it('that failed three times in a row is left alone for a second, with Retry-After', async () => {
    const verifier = asking();
    issuer.failing.set('/introspect', 500);
    for (const token of ['a', 'b', 'c', 'd', 'e']) {
      await expect(verifier.verify(token)).rejects.toMatchObject({ ...UNAVAILABLE, retryAfter: 1 });
    }
    expect(issuer.count('/introspect')).toBe(3);
    expect(warnings.at(-1)).toContain('next attempt in 1 s');
    issuer.failing.clear();
    await expect(verifier.verify('secret')).rejects.toMatchObject(UNAVAILABLE);
    clock.advance(1);
    expect(await verifier.verify('secret')).toHaveProperty('subject', 'alice');
  });

  it('of tokens that the endpoint cannot digest does not keep it from others', async () => {
    const verifier = asking();
    issuer.failing.set('/introspect', 400);
    for (const token of ['a', 'b', 'c', 'd']) {
      await expect(verifier.verify(token)).rejects.toMatchObject(UNAVAILABLE);
    }
    issuer.failing.clear();
    expect(await verifier.verify('secret')).toHaveProperty('subject', 'alice');
  });

  it('is not repeated for a refused token, as long as an answer is believed', async () => {
    const verifier = asking();
    for (let i = 0; i < 3; i += 1) await expect(verifier.verify('junk')).rejects.toMatchObject(INVALID);
    expect(issuer.count('/introspect')).toBe(1);
    clock.advance(5);
    issuer.opaque.set('junk', { active: true, aud: AUDIENCE, sub: 'alice', client_id: 'writer' });
    expect(await verifier.verify('junk')).toHaveProperty('subject', 'alice');
  });

  it.each([
    ['no aud', {}],
    ['an empty aud', { aud: [] }],
  ])('with %s in the response passes only if the option says so', async (_what, members) => {
    issuer.opaque.set('vague', { active: true, sub: 'alice', ...members });
    await expect(asking().verify('vague')).rejects.toThrow('another audience');
    const lenient = asking({ introspection: { ...introspection, missingAudience: 'accept' } });
    expect(await lenient.verify('vague')).toMatchObject({ subject: 'alice', clientId: '', audience: [] });
    issuer.opaque.set('other', { active: true, sub: 'alice', aud: 'https://calendar.example.com' });
    await expect(lenient.verify('other')).rejects.toThrow('another audience');
  });

  it.each([
    ['without client_id and token_type', {}, ''],
    ['with the client as the profile has it', { azp: 'writer' }, 'writer'],
  ])('%s follows the profile', async (_what, members, clientId) => {
    issuer.opaque.set('t', { active: true, aud: AUDIENCE, sub: 'alice', scope: 'contacts.read', ...members });
    const token = await asking({ profile: 'keycloak' }).verify('t');
    expect(token).toMatchObject({ subject: 'alice', clientId, scopes: new Set(['contacts.read']) });
  });

  it('of an ID token gets 401, as the profile says', async () => {
    issuer.opaque.set('id', { active: true, aud: AUDIENCE, sub: 'alice', typ: 'ID' });
    await expect(asking({ profile: 'keycloak' }).verify('id')).rejects.toThrow('not an access token');
  });

  it('that fails takes health down, and health notices when it works again', async () => {
    const bearer = BearerModule.forRoot({
      issuer: issuer.url,
      audience: AUDIENCE,
      introspection,
      now: clock.now,
    });
    @Module({ imports: [bearer], controllers: [ContactsController] })
    class ContactsModule {}
    const { app, url } = await listen(ContactsModule);
    Logger.overrideLogger({ warn: (line: string) => warnings.push(line), log() {}, error() {}, debug() {} });
    const health = () => app.get(BearerHealth).check();
    issuer.failing.set('/introspect', 401);
    expect(await health()).toMatchObject({
      bearer: { status: 'down', message: expect.stringContaining('status 401') },
    });
    issuer.failing.clear();
    expect(await health()).toMatchObject({ bearer: { status: 'up' } });
    expect((await withAuthorization(`${url}/contacts/any`, 'Bearer secret')).status).toBe(200);
    const before = issuer.count('/introspect');
    expect(await health()).toMatchObject({ bearer: { status: 'up' } });
    expect(issuer.count('/introspect')).toBe(before);
    await eventually(() => issuer.count('/jwks') === 1);
    await app.close();
  });
});
