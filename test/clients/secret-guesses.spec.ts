import { ClientDirectory } from '../../src/clients/client-directory.js';
import { ClientSecrets } from '../../src/clients/client-secrets.js';
import { Secrets } from '../../src/crypto/secrets.js';
import { Database } from '../../src/persistence/database.js';
import { ClientsStore } from '../../src/persistence/stores/clients.store.js';
import { AdminCaller } from '../support/admin-caller.js';
import { claimsOf, present, sign } from '../support/assertions.js';
import { type Answer, basic, expectRefusal, form } from '../support/relying-party.js';
import { useServer } from '../support/server.js';

const robot = { grant_types: ['client_credentials'], scope: 'contacts.read' };
const limit = 3;
const guess = 'x'.repeat(43);
const weak = 'hunter22';

describe('B11 wrong client secrets', () => {
  const server = useServer({
    EYRIE_CLIENT_SECRET_ATTEMPTS: `${limit}`,
    EYRIE_TRUSTED_PROXIES: '127.0.0.1',
  });
  let count = 0;

  const register = async (members = {}): Promise<{ id: string; secret: string }> => {
    count += 1;
    const { clientId, secret } = await server.register({ ...robot, client_id: `robot-${count}`, ...members });
    return { id: clientId, secret };
  };
  /** Gives a client a secret that was registered when short ones were accepted. */
  const weaken = async (id: string, secret = weak): Promise<void> => {
    const secretHash = server.app.get(Secrets).hashClientSecret(secret);
    await server.app
      .get(Database)
      .write((tx) => server.app.get(ClientsStore).addSecret(tx, id, { secretHash, sealedSecret: null }, 0));
    server.app.get(ClientDirectory).forget(id);
  };
  const ask = async (id: string, secret: string, from = '192.0.2.1', path = '/token'): Promise<Answer> => {
    const response = await fetch(`${server.issuer}${path}`, {
      method: 'POST',
      headers: { authorization: basic(id, secret), 'content-type': form, 'x-forwarded-for': from },
      body: 'grant_type=client_credentials&token=unknown',
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: JSON.parse(text) as Answer['body'],
    };
  };
  const guessTooOften = async (id: string, secret = guess, from?: string): Promise<Answer> => {
    for (let attempt = 0; attempt < limit; attempt++)
      expectRefusal(await ask(id, secret, from), 401, 'invalid_client');
    return ask(id, secret, from);
  };
  const eventsOf = async (id: string): Promise<unknown[]> => {
    const admin = await AdminCaller.register(server);
    const { body } = await admin.get(`/audit-events?client_id=${id}`);
    const { items } = body as unknown as { items: { event: string; address: string }[] };
    return items
      .filter(({ event }) => event !== 'client.registered')
      .map(({ event, address }) => ({ event, address }))
      .toReversed();
  };

  it('get 429 with Retry-After above the limit, at every endpoint, until the window ends', async () => {
    const { id } = await register();
    const refused = await guessTooOften(id);
    expectRefusal(refused, 429, 'invalid_client');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(890);
    expect((await ask(id, guess, undefined, '/introspect')).status).toBe(429);

    server.clock.advance(900);
    expectRefusal(await ask(id, guess), 401, 'invalid_client');
  });

  it('do not lock out the client: its right secret passes, from the same network too', async () => {
    const { id, secret } = await register();
    await guessTooOften(id);
    expect((await ask(id, secret)).status).toBe(200);
    expect((await ask(id, guess)).status).toBe(429);
  });

  it('of a short secret are not checked above the limit, and elsewhere the client goes on', async () => {
    const { id } = await register();
    await weaken(id);
    expect((await guessTooOften(id, 'hunter23')).status).toBe(429);
    expect((await ask(id, weak)).status).toBe(429);
    expect((await ask(id, weak, '198.51.100.7')).status).toBe(200);
  });

  it('of a short secret cannot exceed the limit in parallel, and right ones in parallel all pass', async () => {
    const { id } = await register();
    await weaken(id);
    const right = await Promise.all(Array.from({ length: 20 }, () => ask(id, weak)));
    expect(right.map(({ status }) => status)).toEqual(right.map(() => 200));
    const wrong = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(id, `guess ${index}`)));
    expect(wrong.filter(({ status }) => status === 401)).toHaveLength(limit);
    expect(wrong.filter(({ status }) => status === 429)).toHaveLength(20 - limit);
  });

  it('are one guess a request: a short secret is read decoded, and not as it came too', async () => {
    const { id } = await register();
    await weaken(id, 'hunter%32%32');
    const authorization = `Basic ${Buffer.from(`${id}:hunter%32%32`).toString('base64')}`;
    const headers = { authorization, 'content-type': form };
    const body = 'grant_type=client_credentials';
    const answer = await fetch(`${server.issuer}/token`, { method: 'POST', headers, body });
    expect(answer.status).toBe(401);
    expect((await ask(id, 'hunter%32%32')).status).toBe(200);
  });

  it('are counted for each client and network by itself, a /64 of IPv6 as one', async () => {
    const [one, other] = [await register(), await register()];
    await guessTooOften(one.id, guess, '2001:db8::1');
    expect((await ask(one.id, guess, '2001:db8::2')).status).toBe(429);
    expect((await ask(one.id, guess, '2001:db8:0:1::1')).status).toBe(401);
    expect((await ask(other.id, guess, '2001:db8::1')).status).toBe(401);
  });

  it('for unknown clients are counted together, and are not audited', async () => {
    for (let attempt = 0; attempt < limit; attempt++)
      expectRefusal(await ask(`nobody-${attempt}`, guess, '203.0.113.1'), 401, 'invalid_client');
    expectRefusal(await ask('nobody', guess, '203.0.113.1'), 429, 'invalid_client');
    expect(await eventsOf('nobody-0')).toEqual([]);
  });

  it('count as the key of a MAC too', async () => {
    const { id, secret } = await register({ token_endpoint_auth_method: 'client_secret_jwt' });
    const assertion = (key: string): Promise<string> =>
      sign(claimsOf(server, id), new TextEncoder().encode(key), { alg: 'HS256' });
    for (let attempt = 0; attempt < limit; attempt++)
      expectRefusal(await present(server, await assertion(guess)), 401, 'invalid_client');
    expectRefusal(await present(server, await assertion(guess)), 429, 'invalid_client');
    expect((await present(server, await assertion(secret))).status).toBe(200);
  });

  it('are in the audit trail once, and once more when they exceed the limit', async () => {
    const { id } = await register();
    await guessTooOften(id);
    await ask(id, guess);
    expect(await eventsOf(id)).toEqual([
      { event: 'client.authentication_failed', address: '192.0.2.1' },
      { event: 'client.secret_guessed', address: '192.0.2.1' },
    ]);
  });

  it('cannot be chosen short, neither at registration nor at rotation', async () => {
    const short = 'only 31 characters, one too few';
    const admin = await AdminCaller.register(server);
    const answer = await admin.post('/clients', { ...robot, client_secret: short });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('client_secret must have at least 32 characters');
    const { id } = await register();
    await expect(server.app.get(ClientSecrets).rotate(id, 0, 'test', short)).rejects.toThrow(
      'at least 32 characters',
    );
  });
});
