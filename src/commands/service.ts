import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { processSettings } from '../config/settings.js';

/** Who does what a command does, in the audit trail. */
export const actor = 'eyrie:command';

/** Does a piece of work with the service's own parts on its database, without listening, timers or logs. */
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
