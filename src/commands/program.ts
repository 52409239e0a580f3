import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addAttributeCommands } from './attribute.js';
import { addAuditCommand } from './audit.js';
import { addClientCommands } from './client.js';
import { addCompletionCommand } from './completion.js';
import { addConfigurationCommands } from './configuration.js';
import { addDatabaseCommands } from './db.js';
import { addDirectoryCommands } from './directory.js';
import { addDoctorCommand } from './doctor.js';
import { addExplainCommand } from './explain.js';
import { addGrantCommands } from './grant.js';
import { addGroupCommands } from './group.js';
import { addHelp } from './help.js';
import { addImportCommands } from './import.js';
import { addKeyCommands } from './keys.js';
import { addMailCommands } from './mail.js';
import { addMigrateCommands } from './migrate.js';
import { addRegistrationTokenCommands } from './registration-token.js';
import { addResourceCommands } from './resource.js';
import { addOrganizationCommands } from './organization.js';
import { addRoleCommands } from './role.js';
import { addSchemaCommand } from './schema.js';
import { addScimTokenCommands } from './scim-token.js';
import { addScopeCommands } from './scopes.js';
import { addSecretCommands } from './secret.js';
import { addServeCommand } from './serve.js';
import { addSessionCommands } from './session.js';
import { addAssertionPolicyCommands } from './assertion-policy.js';
import { addTrustedIssuerCommands } from './trusted-issuer.js';
import { addUserCommands } from './user.js';

/** Each command, or group of commands. A further one is a file and a line here, and its examples in `help.ts`. */
const commands = [
  addServeCommand,
  addMigrateCommands,
  addConfigurationCommands,
  addSchemaCommand,
  addImportCommands,
  addClientCommands,
  addUserCommands,
  addGroupCommands,
  addOrganizationCommands,
  addRoleCommands,
  addAttributeCommands,
  addResourceCommands,
  addScopeCommands,
  addSessionCommands,
  addGrantCommands,
  addKeyCommands,
  addSecretCommands,
  addRegistrationTokenCommands,
  addScimTokenCommands,
  addTrustedIssuerCommands,
  addAssertionPolicyCommands,
  addDirectoryCommands,
  addMailCommands,
  addDatabaseCommands,
  addAuditCommand,
  addExplainCommand,
  addDoctorCommand,
  addCompletionCommand,
];

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The command line. It throws a CommanderError instead of ending the process. */
export function createProgram(): Command {
  const program = new Command('eyrie')
    .description(
      'Administers an Eyrie identity service. It uses the settings of the server: see `eyrie settings`.',
    )
    .version(version, '--version', 'print the version')
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: true })
    .exitOverride();
  for (const add of commands) add(program);
  addHelp(program);
  return program;
}
