import { getDataSourceToken } from '@nestjs/typeorm';
import { SignJWT } from 'jose';
import type { DataSource } from 'typeorm';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from '../../src/application.js';
import { ClientDirectory } from '../../src/clients/client-directory.js';
import { Subjects } from '../../src/clients/subjects.js';
import { readSettings } from '../../src/config/settings.js';
import { Secrets } from '../../src/crypto/secrets.js';
import { KeyRing } from '../../src/keys/key-ring.js';
import { SecretRotation } from '../../src/keys/secret-rotation.js';
import { Database } from '../../src/persistence/database.js';
import { newId } from '../../src/persistence/id.js';
import { DeliveriesStore } from '../../src/persistence/stores/deliveries.store.js';
import { sealedColumns } from '../../src/persistence/stores/sealed-values.store.js';
import { DpopNonces } from '../../src/proofs/dpop-nonces.js';
import { Upstreams } from '../../src/sign-in/upstream/upstreams.js';
import { testSecret, useServer } from '../support/server.js';
import { registerUpstream } from '../support/upstream.js';

const newSecret = 'the secret that takes the place of the former one';
const secret = 'a secret of their own choice, long enough';
const service = (client_id: string, method: string) => ({
  client_id,
  client_secret: secret,
  grant_types: ['client_credentials' as const],
  token_endpoint_auth_method: method,
  scope: 'contacts.read',
});
const pairwise = {
  client_id: 'pairwise',
  redirect_uris: ['https://pairwise.example/cb'],
  subject_type: 'pairwise' as const,
};

describe('A new EYRIE_SECRET', () => {
  const server = useServer(
    {},
    {
      clients: [
        service('used', 'client_secret_basic'),
        service('idle', 'client_secret_basic'),
        service('signing', 'client_secret_jwt'),
        pairwise,
      ],
    },
  );
  const replacing = { EYRIE_SECRET: newSecret, EYRIE_SECRET_PREVIOUS: testSecret };
  const opened: NestFastifyApplication[] = [];

  /** A replica on the same database, which does not listen. */
  const replica = async (environment: Record<string, string>): Promise<NestFastifyApplication> => {
    const settings = readSettings({
      DATABASE_URL: server.databaseUrl,
      EYRIE_ISSUER: server.issuer,
      EYRIE_LOG_LEVEL: 'silent',
      NODE_ENV: 'test',
      ...environment,
    });
    const app = await createApplication(settings, server.clock);
    opened.push(app);
    return app.init();
  };
  afterEach(() => Promise.all(opened.splice(0).map((app) => app.close())));

  const token = async (app: NestFastifyApplication, parameters: Record<string, string>, basic?: string) => {
    const { statusCode } = await app.inject({
      method: 'POST',
      url: '/token',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(basic === undefined
          ? {}
          : {
              authorization: `Basic ${Buffer.from(`${basic}:${encodeURIComponent(secret)}`).toString('base64')}`,
            }),
      },
      payload: new URLSearchParams({ grant_type: 'client_credentials', ...parameters }).toString(),
    });
    return statusCode;
  };
  const signed = async (app: NestFastifyApplication) => {
    const assertion = await new SignJWT({ iss: 'signing', sub: 'signing', aud: server.issuer, jti: newId() })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(server.clock.now() + 60)
      .sign(new TextEncoder().encode(secret));
    return token(app, {
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
  };
  const subject = async (app: NestFastifyApplication) =>
    app.get(Subjects).subjectFor((await app.get(ClientDirectory).find('pairwise'))!, 'a user');
  const hashOf = async (clientId: string): Promise<string> => {
    const source: DataSource = server.app.get(getDataSourceToken());
    const [row] = await source.query<{ secret_hash: string }[]>(
      `SELECT secret_hash FROM client_secrets WHERE client_id = '${clientId}'`,
    );
    return row!.secret_hash;
  };

  it('every column with sealed values is known to the rotation', () => {
    const source: DataSource = server.app.get(getDataSourceToken());
    const columns = source.entityMetadatas.flatMap(({ tableName, columns: all }) =>
      all.map(({ databaseName }) => `${tableName}.${databaseName}`),
    );
    expect(columns.filter((name) => /sealed/.test(name)).toSorted()).toEqual(
      // Successors of refresh tokens are sealed under their parents.
      [
        'refresh_tokens.successor_sealed',
        ...Object.entries(sealedColumns).map(([table, { column }]) => `${table}.${column}`),
      ].toSorted(),
    );
  });

  it('is refused without the previous one, and with a wrong one, in one line', async () => {
    await expect(replica({ EYRIE_SECRET: newSecret })).rejects.toThrow(
      /^EYRIE_SECRET does not decrypt the signing keys in this database: .*EYRIE_SECRET_PREVIOUS[^\n]*$/,
    );
    await expect(
      replica({ EYRIE_SECRET: newSecret, EYRIE_SECRET_PREVIOUS: `${testSecret}, or nearly` }),
    ).rejects.toThrow(/^EYRIE_SECRET_PREVIOUS does not decrypt the signing keys[^\n]*$/);
    await expect(replica({ EYRIE_SECRET: testSecret, EYRIE_SECRET_PREVIOUS: testSecret })).rejects.toThrow(
      /^EYRIE_SECRET_PREVIOUS is the same as EYRIE_SECRET/,
    );
  });

  it('servers with the secrets in either order accept what the other sealed and hashed', async () => {
    const replaced = await replica(replacing);
    const before = await replica({ EYRIE_SECRET: testSecret, EYRIE_SECRET_PREVIOUS: newSecret });
    const now = server.clock.now();
    for (const [one, other] of [
      [replaced, before],
      [before, replaced],
    ] as const) {
      const sealed = await one.get(Secrets).seal('interaction', { user: 'alice' });
      expect(await other.get(Secrets).unseal('interaction', sealed)).toEqual({ user: 'alice' });
      expect(other.get(DpopNonces).check(one.get(DpopNonces).current(now), now)).toBe('good');
      expect([await token(one, {}, 'used'), await signed(one), await subject(one)]).toEqual([
        200,
        200,
        await subject(server.app),
      ]);
    }
    expect(replaced.get(DpopNonces).check('something else', now)).toBe('bad');
  });

  it('rehashes a client secret when it is used', async () => {
    const replaced = await replica(replacing);
    const hash = replaced.get(Secrets).hashClientSecret(secret);
    expect(await hashOf('idle')).not.toBe(hash);
    await token(replaced, {}, 'used');
    // The request does not wait for the write; closing does.
    for (let tries = 0; (await hashOf('used')) !== hash && tries < 100; tries += 1) await signed(replaced);
    expect(await hashOf('used')).toBe(hash);
    expect(await token(replaced, {}, 'used')).toBe(200);
  });

  it('replaces the former one in all that is stored: a server then starts without it, and nobody notices', async () => {
    const [keys, former] = [await server.app.get(KeyRing).published(), await subject(server.app)];
    const source: DataSource = server.app.get(getDataSourceToken());
    const answer = await server.app.get(Secrets).seal('answer', { issued: {} });
    for (let count = 0; count < 120; count += 1)
      await source.query(
        `INSERT INTO answered_interactions (id, response_sealed, answered_at, expires_at) VALUES ('${newId()}', '${answer}', 1, 1)`,
      );
    const contentSealed = await server.app.get(Secrets).seal('delivery', { to: 'alice@example.com' });
    await server.app
      .get(Database)
      .write((tx) => server.app.get(DeliveriesStore).queue(tx, { kind: 'later', contentSealed }, 1));

    await registerUpstream(server, { issuer: 'https://login.example.com' });

    const replaced = await replica(replacing);
    const resealed = await replaced.get(SecretRotation).rotate('test');
    expect(Object.fromEntries(resealed.map((row) => [row.table, row.resealed]))).toEqual({
      signing_keys: keys.length,
      client_secrets: 1,
      answered_interactions: 120,
      idempotency_keys: 0,
      audit_seals: 0,
      pushed_requests: 0,
      backchannel_requests: 0,
      deliveries: 1,
      authenticators: 0,
      kept_keys: 1,
      upstream_requests: 0,
      sessions: 0,
      upstreams: 1,
    });
    const again = await replaced.get(SecretRotation).rotate('test');
    expect(again.map((row) => row.resealed)).toEqual(resealed.map(() => 0));

    const alone = await replica({ EYRIE_SECRET: newSecret });
    expect(await alone.get(Upstreams).all()).toMatchObject([{ secret: 'secret of eyrie at acme' }]);
    expect(await alone.get(KeyRing).published()).toEqual(keys);
    expect(await token(alone, {}, 'idle')).toBe(200);
    expect(await signed(alone)).toBe(200);
    expect(await subject(alone)).toBe(former);
    expect(await hashOf('signing')).toBe(alone.get(Secrets).hashClientSecret(secret));
    await expect(alone.get(SecretRotation).rotate('test')).rejects.toMatchObject({ status: 409 });
    await expect(replica({ EYRIE_SECRET: testSecret })).rejects.toThrow(/^EYRIE_SECRET does not decrypt/);
  });

  it('names the rows that neither secret opens', async () => {
    const source: DataSource = server.app.get(getDataSourceToken());
    await source.query("UPDATE answered_interactions SET response_sealed = 'damaged'");
    const replaced = await replica(replacing);
    await expect(replaced.get(SecretRotation).rotate('test')).rejects.toThrow(
      /^EYRIE_SECRET_PREVIOUS does not decrypt all values \(not 120 in answered_interactions\)/,
    );
  });
});
