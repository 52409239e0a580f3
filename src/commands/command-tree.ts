import type { Command } from 'commander';

/** A command with the words that call it: `['client', 'create']`. */
export interface PlacedCommand {
  readonly path: readonly string[];
  readonly command: Command;
}

/** The program and all commands below it, each before those below it. */
export function commandsOf(command: Command, path: readonly string[] = []): PlacedCommand[] {
  const below = command.commands.flatMap((child) => commandsOf(child, [...path, child.name()]));
  return [{ path, command }, ...below];
}

/** Those that do something themselves, beside showing help. */
export const actionsOf = (program: Command): PlacedCommand[] =>
  commandsOf(program).filter(({ path, command }) => command.commands.length === 0 || path[0] === 'audit');
