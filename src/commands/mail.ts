import { BadRequestException, ConflictException } from '@nestjs/common';
import type { Command } from 'commander';
import { isMailAddress } from '../config/mail-url.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Languages } from '../http/languages.js';
import { Mailer } from '../mail/mailer.js';
import { newId } from '../persistence/id.js';
import { Brand } from '../views/brand.js';
import { type JsonOption, printResult } from './output.js';
import { withService } from './service.js';

/** `eyrie mail …` */
export function addMailCommands(program: Command): void {
  program
    .command('mail')
    .description('check the mail server')
    .command('test <address>')
    .description('send a test message; an error says what the mail server answered')
    .option('--json', 'print JSON')
    .action(sendTest);
}

async function sendTest(address: string, options: JsonOption): Promise<void> {
  if (!isMailAddress(address)) throw new BadRequestException(`"${address}" is not an e-mail address`);
  await withService(async (service) => {
    const { issuer } = service.get<Settings>(SETTINGS);
    const problem = await service.get(Mailer).send({
      to: address,
      message: 'test',
      model: { issuer, service: service.get(Brand).name },
      language: service.get(Languages).default,
      id: newId(),
    });
    if (problem) throw new ConflictException(`the test message was not sent: ${problem.reason}`);
    printResult(`the mail server took the test message to ${address}`, { address, sent: true }, options);
  });
}
