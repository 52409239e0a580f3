import { type INestApplicationContext, NotFoundException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { processSettings } from '../config/settings.js';
import type { Organization } from '../persistence/entities/organization.entity.js';
import type { User } from '../persistence/entities/user.entity.js';
import { OrganizationsStore } from '../persistence/stores/organizations.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';

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

/** @throws NotFoundException */
export async function findOrganization(
  service: INestApplicationContext,
  name: string,
): Promise<Organization> {
  const organization = await service.get(OrganizationsStore).findByName(name);
  if (!organization) throw new NotFoundException(`there is no organization ${name}`);
  return organization;
}

/** @throws NotFoundException */
export async function findUser(service: INestApplicationContext, username: string): Promise<User> {
  const user = await service.get(UsersStore).findByUsername(username);
  if (!user) throw new NotFoundException(`there is no user ${username}`);
  return user;
}
