import type { ValidationError } from 'class-validator';
import type { FieldViolation } from './invalid-fields.js';

/** Violations that one response names: a body of many members would make it many times as large. */
const maxViolations = 100;

/** What class-validator found, field by field. */
export function violationsOf(errors: readonly ValidationError[]): FieldViolation[] {
  const violations: FieldViolation[] = [];
  collect(errors, [], violations);
  if (violations.length <= maxViolations) return violations;
  return [
    ...violations.slice(0, maxViolations),
    { path: [], message: `there are more than ${maxViolations} violations: the others are left out` },
  ];
}

function collect(
  errors: readonly ValidationError[],
  parent: FieldViolation['path'],
  violations: FieldViolation[],
): void {
  const prefix = parent.map((step) => `${step}.`).join('');
  for (const { property, constraints = {}, children = [] } of errors) {
    if (violations.length > maxViolations) return;
    const path = [...parent, property];
    for (const text of Object.values(constraints)) violations.push({ path, message: prefix + text });
    collect(children, path, violations);
  }
}
