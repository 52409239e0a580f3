import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { processSettings } from '../config/settings.js';

/** The actor in the audit trail for changes by a command. */
export const actor = 'eyrie:command';

/** Runs work with the services of Eyrie on its database, without an HTTP server, timers or logs. */
export async function withService<Result>(
  work: (service: INestApplicationContext) => Promise<Result>,
): Promise<Result> {
  const service = await NestFactory.createApplicationContext(AppModule.forCommand(processSettings()), {
    logger: false,
    abortOnError: false,
  });
  try {
    return await work(service);
  } finally {
    await service.close();
  }
}
