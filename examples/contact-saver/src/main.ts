import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { prepare } from './service.js';
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
  prepare(app, settings.issuer);
  app.enableShutdownHooks();
  await app.listen(settings.port, '127.0.0.1');
  console.log(`ContactSaver serves http://127.0.0.1:${settings.port}/contacts`);
} catch (error) {
  console.error(`contact-saver: ${(error as Error).message}`);
  process.exitCode = 1;
}
