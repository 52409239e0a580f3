import { BadRequestException } from '@nestjs/common';
import type { MetadataProblem } from '../protocol/metadata-problem.js';

/** Client metadata that breaks the rules, with each field that is wrong. */
export class InvalidMetadata extends BadRequestException {
  constructor(readonly problems: readonly [MetadataProblem, ...MetadataProblem[]]) {
    const reasons = problems.map(({ field, reason }) => `${field} ${reason}`);
    super(reasons);
    this.message = `Bad Request: ${reasons.join('; ')}`;
  }
}

/** @throws InvalidMetadata when there is any problem */
export function refuseProblems([first, ...others]: readonly MetadataProblem[]): void {
  if (first) throw new InvalidMetadata([first, ...others]);
}
