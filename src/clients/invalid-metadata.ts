import { BadRequestException } from '@nestjs/common';
import type { MetadataProblem } from '../protocol/metadata-problem.js';

/** Client metadata with violations of the rules, each with its field. */
export class InvalidMetadata extends BadRequestException {
  constructor(readonly problems: readonly [MetadataProblem, ...MetadataProblem[]]) {
    const reasons = problems.map(({ field, reason }) => `${field} ${reason}`);
    super(reasons);
    this.message = `Bad Request: ${reasons.join('; ')}`;
  }
}

/** @throws InvalidMetadata if there is a violation */
export function refuseProblems([first, ...others]: readonly MetadataProblem[]): void {
  if (first) throw new InvalidMetadata([first, ...others]);
}
