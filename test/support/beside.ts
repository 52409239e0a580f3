import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from '../../src/application.js';
import { readSettings } from '../../src/config/settings.js';
import { testSecret, type TestServer } from './server.js';

/** A further application on the server's database and clock, which does not listen. */
export async function beside(
  server: TestServer,
  environment: Record<string, string> = {},
): Promise<NestFastifyApplication> {
  const settings = readSettings({
    DATABASE_URL: server.databaseUrl,
    EYRIE_ISSUER: server.issuer,
    EYRIE_SECRET: testSecret,
    EYRIE_LOG_LEVEL: 'silent',
    NODE_ENV: 'test',
    ...environment,
  });
  const app = await createApplication(settings, server.clock);
  return app.init();
}
