import { InvalidFields, namedField } from '../http/invalid-fields.js';
import type { MetadataProblem } from '../protocol/metadata-problem.js';

/** Client metadata with violations of the rules, each with its field. */
export class InvalidMetadata extends InvalidFields {
  constructor(readonly problems: readonly [MetadataProblem, ...MetadataProblem[]]) {
    const violations = problems.map(({ field, reason }) => namedField(field, reason));
    super(violations);
    this.message = `Bad Request: ${violations.map(({ message }) => message).join('; ')}`;
  }
}

/** @throws InvalidMetadata if there is a violation */
export function refuseProblems([first, ...others]: readonly MetadataProblem[]): void {
  if (first) throw new InvalidMetadata([first, ...others]);
}
