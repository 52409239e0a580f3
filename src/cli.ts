#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addAuditCommand } from './commands/audit.js';
import { addClientCommands } from './commands/client.js';
import { addConfigurationCommands } from './commands/configuration.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addExplainCommand } from './commands/explain.js';
import { addGrantCommands } from './commands/grant.js';
import { addGroupCommands } from './commands/group.js';
import { addKeyCommands } from './commands/keys.js';
import { addMailCommands } from './commands/mail.js';
import { addRegistrationTokenCommands } from './commands/registration-token.js';
import { addScimTokenCommands } from './commands/scim-token.js';
import { addRoleCommands } from './commands/role.js';
import { addScopeCommands } from './commands/scopes.js';
import { addSecretCommands } from './commands/secret.js';
import { addSessionCommands } from './commands/session.js';
import { addUserCommands } from './commands/user.js';
import { fail } from './process.js';

/** The exit code for a command line that cannot be understood (EX_USAGE of sysexits). A command that fails or is refused ends with 1. */
const usageExitCode = 64;

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('eyrie')
  .description(
    'Administers an Eyrie identity service. It uses the settings of the server: see `eyrie settings`.',
  )
  .version(version, '--version', 'print the version')
  .addHelpText('after', '\nExit codes: 0 done, 1 refused or failed, 64 wrong usage.')
  .showSuggestionAfterError()
  .configureHelp({ sortSubcommands: true })
  .exitOverride();

addConfigurationCommands(program);
addClientCommands(program);
addUserCommands(program);
addGroupCommands(program);
addRoleCommands(program);
addSessionCommands(program);
addGrantCommands(program);
addKeyCommands(program);
addSecretCommands(program);
addScopeCommands(program);
addRegistrationTokenCommands(program);
addScimTokenCommands(program);
addMailCommands(program);
addAuditCommand(program);
addExplainCommand(program);
addDoctorCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) fail(error);
  // Help and version are printed on request (0), or for want of a command.
  process.exit(error.exitCode === 0 ? 0 : usageExitCode);
}
