import { jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { databaseKind } from '../support/database.js';
import { type Answer, basic, post, request } from '../support/relying-party.js';
import { useServer } from '../support/server.js';

// What MariaDB says of a full disk is read by the same code; nothing but a full disk makes it say so.
(databaseKind() === 'sqlite' ? describe : describe.skip)('O1 A database that cannot grow', () => {
  const server = useServer();
  const pragma = (text: string): Promise<unknown> => server.app.get(DataSource).query(`PRAGMA ${text}`);
  const ready = (): Promise<Answer> => request(server, '/health/ready');
  const token = (secret: string): Promise<Answer> =>
    post(server, '/token', { grant_type: 'client_credentials' }, { authorization: basic('writer', secret) });

  afterEach(() => jest.restoreAllMocks());

  it('has /health/ready say so after a request failed, though it still takes the row of the probe', async () => {
    const { secret } = await server.register({
      client_id: 'writer',
      grant_types: ['client_credentials'],
      access_token_format: 'opaque',
      scope: 'contacts.read',
    });
    await pragma('max_page_count = 1');
    let refused = await token(secret);
    while (refused.status === 200) refused = await token(secret);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);

    let answer = await ready();
    // What was found a moment ago is told for a second.
    while (answer.status === 200) answer = await ready();
    expect([answer.status, answer.text]).toEqual([503, expect.stringContaining('its disk is full')]);

    await pragma('max_page_count = 1000000');
    expect((await token(secret)).status).toBe(200);
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 31_000);
    expect((await ready()).status).toBe(200);
  });
});
