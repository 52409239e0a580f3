import type { Command } from 'commander';
import { SecretRotation } from '../keys/secret-rotation.js';
import { printRows } from './output.js';
import { actor, withService } from './service.js';

/** `eyrie secret …` */
export function addSecretCommands(program: Command): void {
  program
    .command('secret')
    .description('replace EYRIE_SECRET')
    .command('rotate')
    .description(
      'encrypt with EYRIE_SECRET what is stored under EYRIE_SECRET_PREVIOUS; servers that have both settings keep running',
    )
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withService(async (service) => {
        const tables = await service.get(SecretRotation).rotate(actor);
        printRows(
          tables.map(({ table, resealed }) => ({ table, resealed })),
          options,
        );
      }),
    );
}
