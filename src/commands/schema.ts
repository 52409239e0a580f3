import type { Command } from 'commander';
import { schemaText } from '../provisioning/configuration-schema.js';
import { print } from './output.js';

/** `eyrie schema` */
export function addSchemaCommand(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of configuration files, by which editors complete and check them')
    .option('--json', 'print JSON, as it always does')
    .action(() => print(schemaText().trimEnd()));
}
