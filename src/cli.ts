#!/usr/bin/env node
import { Command } from 'commander';
import { addClientCommands } from './commands/client.js';
import { addConfigurationCommands } from './commands/configuration.js';
import { addGrantCommands } from './commands/grant.js';
import { addKeyCommands } from './commands/keys.js';
import { addScopeCommands } from './commands/scopes.js';
import { addRegistrationTokenCommands } from './commands/registration-token.js';
import { addSecretCommands } from './commands/secret.js';
import { addUserCommands } from './commands/user.js';
import { fail } from './process.js';

const program = new Command('eyrie')
  .description(
    'Administers an Eyrie identity service. It uses the settings of the server: see `eyrie settings`.',
  )
  .showSuggestionAfterError()
  .configureHelp({ sortSubcommands: true });

addConfigurationCommands(program);
addClientCommands(program);
addUserCommands(program);
addGrantCommands(program);
addKeyCommands(program);
addSecretCommands(program);
addScopeCommands(program);
addRegistrationTokenCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}
