import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from '../../src/application.js';
import { ClientSecrets } from '../../src/clients/client-secrets.js';
import { readSettings } from '../../src/config/settings.js';
import { basic, post } from '../support/relying-party.js';
import { testSecret, useServer } from '../support/server.js';

describe('A secret that another replica has issued', () => {
  const server = useServer();
  let elsewhere: NestFastifyApplication;
  beforeAll(async () => {
    const settings = { DATABASE_URL: server.databaseUrl, EYRIE_SECRET: testSecret, EYRIE_LOG_LEVEL: 'error' };
    elsewhere = await createApplication(readSettings(settings));
    await elsewhere.init();
  });
  afterAll(() => elsewhere.close());

  const statusWith = async (secret: string): Promise<number> =>
    (
      await post(
        server,
        '/token',
        { grant_type: 'client_credentials' },
        { authorization: basic('writer', secret) },
      )
    ).status;

  it('is accepted at once, though the client was known with the former one a moment ago', async () => {
    let { secret } = await server.register({
      client_id: 'writer',
      grant_types: ['client_credentials'],
      scope: 'contacts.read',
    });
    for (let turn = 0; turn < 5; turn++) {
      expect(await statusWith(secret)).toBe(200);
      const former = secret;
      secret = await elsewhere.get(ClientSecrets).rotate('writer', 0, 'test');
      expect(await statusWith(secret)).toBe(200);
      expect(await statusWith(former)).toBe(401);
    }
  });
});
