import { DataSource } from 'typeorm';
import { getDataSourceToken } from '@nestjs/typeorm';
import { lookupHash } from '../../src/crypto/opaque-token.js';
import { alice, contacts, hashAsUsual, startServer, testSecret } from '../support/server.js';
import { RelyingParty } from '../support/relying-party.js';

describe('What is stored', () => {
  it('holds no code, token, secret, password, verifier, cookie or private key in clear', async () => {
    const server = await startServer();
    hashAsUsual(server);
    await server.createUser(alice);
    const secrets = new Map<string, string>([
      ['password', alice.password],
      ['EYRIE_SECRET', testSecret],
    ]);
    for (const kind of [
      {},
      { access_token_format: 'opaque' },
      { token_endpoint_auth_method: 'none' },
      {
        token_endpoint_auth_method: 'client_secret_post',
        client_secret: 'a secret of their own choice, long',
      },
    ]) {
      const title = JSON.stringify(kind);
      const client = await RelyingParty.register(server, kind);
      if (client.secret !== '') secrets.set(`${title} client_secret`, client.secret);
      const unused = await client.authorize();
      const authorized = await client.authorize();
      const first = (await client.redeem(authorized)).body;
      const second = (await client.refresh(first.refresh_token)).body;
      await client.refresh(first.refresh_token);
      await client.revoke(second.access_token);
      secrets.set(`${title} unused code`, unused.code).set(`${title} code`, authorized.code);
      secrets.set(`${title} verifier`, authorized.verifier);
      for (const [order, tokens] of Object.entries({ first, second })) {
        for (const name of ['access_token', 'refresh_token', 'id_token'] as const)
          secrets.set(`${title} ${order} ${name}`, tokens[name]);
      }
      await client.redeem(authorized);
      for (const [name, value] of client.browser.cookies) secrets.set(`${title} cookie ${name}`, value);
    }

    const source: DataSource = server.app.get(getDataSourceToken());
    const tables = new Map<string, string>();
    for (const { tableName } of source.entityMetadatas)
      tables.set(tableName, JSON.stringify(await source.query(`SELECT * FROM ${tableName}`)));

    const leaks = [...tables].flatMap(([table, rows]) =>
      [...secrets].filter(([, value]) => rows.includes(value)).map(([name]) => `${name} in ${table}`),
    );
    expect(leaks).toEqual([]);
    // What proves that the search would have found something.
    expect(tables.get('authorization_codes')).toContain(
      lookupHash([...secrets].find(([name]) => name.endsWith(' code'))?.[1] ?? ''),
    );
    expect(tables.get('resources')).toContain(contacts.identifier);
    expect(tables.get('credentials')).toMatch(/\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(tables.get('signing_keys')).not.toMatch(/\\"(d|p|q|dp|dq|qi)\\":/);
    expect(tables.get('audit_events')).toContain('code.replayed');
    await server.stop();
  });
});
