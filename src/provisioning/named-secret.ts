import { validateSync } from 'class-validator';
import { environmentValue } from '../config/settings.js';
import { problemsOf } from './problems.js';

/**
 * A secret that stands in the file, or in the environment variable that the file names; there it obeys the same rules.
 * @param type the class that has the rules, of its field `field`
 * @param refuse told what is wrong with the name of the variable; a secret is never part of it
 */
export function namedSecret<Entry extends object>(
  type: new () => Entry,
  field: keyof Entry & string,
  direct: string | undefined,
  variable: string | undefined,
  refuse: (reason: string) => void,
): string | undefined {
  if (variable === undefined) return direct;
  if (direct !== undefined) {
    refuse(`cannot stand beside ${field}: keep one of them`);
    return undefined;
  }
  const value = environmentValue(variable);
  if (value === undefined) {
    refuse(`names ${variable}, which is not set: set it in the environment`);
    return undefined;
  }
  const faults = validateSync(Object.assign(new type(), { [field]: value }), { skipMissingProperties: true });
  for (const { reason } of faults.flatMap((fault) => problemsOf(fault)))
    refuse(`names ${variable}, whose value ${reason}`);
  return value;
}
