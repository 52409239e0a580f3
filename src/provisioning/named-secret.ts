import { validateSync } from 'class-validator';
import { environmentValue } from '../config/settings.js';
import { problemsOf } from './problems.js';

/**
 * A secret from the file, or from the environment variable that the file names. The same rules apply to both.
 * @param type the class whose field `field` has the rules
 * @param refuse called with each problem; a problem never contains the secret
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
