import { NotFoundException } from '@nestjs/common';
import type { Command } from 'commander';
import { toExplanationDto } from '../admin/explain.dto.js';
import { ExplainedErrors } from '../audit/explained-errors.js';
import { type JsonOption, printOne, time } from './output.js';
import { withService } from './service.js';

/** `eyrie explain` */
export function addExplainCommand(program: Command): void {
  program
    .command('explain <reference>')
    .description('say why a request ended in an error, by the reference in its response')
    .option('--json', 'print JSON')
    .action((reference: string, options: JsonOption) =>
      withService(async (service) => {
        const found = await service.get(ExplainedErrors).find(reference);
        if (!found) throw new NotFoundException(`nothing is kept under the reference ${reference}`);
        const { at, expires_at, ...explanation } = toExplanationDto(found);
        printOne({ ...explanation, at: time(at), expires: time(expires_at) }, options);
      }),
    );
}
