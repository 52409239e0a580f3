#!/usr/bin/env node
import { CommanderError } from 'commander';
import { createProgram } from './commands/program.js';
import { fail } from './process.js';

/** The exit code for a command line that cannot be understood (EX_USAGE of sysexits). A command that fails or is refused ends with 1. */
const usageExitCode = 64;

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) fail(error);
  // Help and version are printed on request (0), or for want of a command.
  process.exit(error.exitCode === 0 ? 0 : usageExitCode);
}
