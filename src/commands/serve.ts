import type { Command } from 'commander';

/** `eyrie serve` */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('serve until a signal ends the process; its output is its log')
    .action(async () => {
      // The server is more than any other command needs.
      const { serve } = await import('../serve.js');
      await serve();
    });
}
