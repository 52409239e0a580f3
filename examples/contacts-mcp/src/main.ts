import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { readSettings } from './settings.js';

try {
  const settings = readSettings(process.env);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.for(settings),
    new FastifyAdapter(),
    {
      logger: ['warn', 'error', 'fatal'],
      abortOnError: false,
    },
  );
  app.enableShutdownHooks();
  await app.listen(settings.port, '127.0.0.1');
  console.log(`The MCP server of the contacts serves ${settings.url}`);
} catch (error) {
  console.error(`contacts-mcp: ${(error as Error).message}`);
  process.exitCode = 1;
}
