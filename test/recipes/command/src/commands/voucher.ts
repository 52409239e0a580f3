import type { Command } from 'commander';
import { SETTINGS, type Settings } from '../config/settings.js';
import { type JsonOption, printResult } from './output.js';
import { withService } from './service.js';

/** `eyrie voucher …` */
export function addVoucherCommands(program: Command): void {
  program
    .command('voucher')
    .description('look at vouchers')
    .command('lifetime')
    .description('print the lifetime of a voucher')
    .option('--json', 'print JSON')
    .action(printLifetime);
}

async function printLifetime(options: JsonOption): Promise<void> {
  await withService(async (service) => {
    const { voucher: seconds } = service.get<Settings>(SETTINGS).lifetimes;
    printResult(`a voucher lasts ${seconds} seconds`, { seconds }, options);
  });
}
