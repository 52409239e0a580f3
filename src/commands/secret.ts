import { ConflictException } from '@nestjs/common';
import type { Command } from 'commander';
import { Changes } from '../audit/changes.js';
import { processSettings } from '../config/settings.js';
import { SecretRotation } from '../keys/secret-rotation.js';
import { WrongSecretError } from '../keys/wrong-secret.js';
import { forgetSealed } from '../persistence/forget-sealed.js';
import { type JsonOption, printRows } from './output.js';
import { actor, withService } from './service.js';

/** `eyrie secret …` */
export function addSecretCommands(program: Command): void {
  const secret = program.command('secret').description('replace EYRIE_SECRET');

  secret
    .command('rotate')
    .description(
      'encrypt with EYRIE_SECRET what is stored under EYRIE_SECRET_PREVIOUS; servers that have both settings keep running',
    )
    .option('--json', 'print JSON')
    .action((options: JsonOption) =>
      withService(async (service) => {
        const tables = await service.get(SecretRotation).rotate(actor);
        printRows(
          tables.map(({ table, resealed }) => ({ table, resealed })),
          options,
        );
      }),
    );

  secret
    .command('forget')
    .description(
      'delete what only a lost EYRIE_SECRET opens, so that servers start with a new one; refused while the present one opens it',
    )
    .requiredOption(
      '--yes',
      'delete signing keys, client secrets, authenticator apps and secrets of upstreams',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', '\nStop the servers first. docs/runbooks/key-loss.md says what follows.')
    .action(forget);
}

async function forget(options: JsonOption): Promise<void> {
  if (await opensDatabase())
    throw new ConflictException('EYRIE_SECRET decrypts what is in this database: there is nothing to forget');
  const forgotten = await forgetSealed(processSettings().database);
  const rows = forgotten.reduce((sum, table) => sum + table.rows, 0);
  // Makes new keys.
  await withService((service) =>
    service.get(Changes).note({ event: 'secret.forgotten', actor, detail: { rows } }),
  );
  printRows(
    forgotten.map((table) => ({ ...table })),
    options,
  );
}

/** Whether the service starts with its secret. */
async function opensDatabase(): Promise<boolean> {
  try {
    await withService(() => Promise.resolve());
    return true;
  } catch (error) {
    if (error instanceof WrongSecretError) return false;
    throw error;
  }
}
