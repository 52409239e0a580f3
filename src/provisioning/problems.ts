import type { ValidationError } from 'class-validator';
import { SettingError } from '../config/setting-error.js';

/** A place in a configuration file: `['clients', 0, 'redirect_uris', 1]`. */
export type Path = readonly (string | number)[];

/** A problem at one place of a configuration file. */
export interface Problem {
  readonly path: Path;
  /** Follows the path in a sentence: "must use https". */
  readonly reason: string;
}

/** A configuration file that cannot be applied. The message has a line for each problem: file, place, path and reason. */
export class ConfigurationError extends SettingError {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigurationError';
  }
}

/** `clients[0].redirect_uris[1]` */
export function formatPath(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');
}

/** Whether there is a problem at this place already. */
export const isRefused = (problems: readonly Problem[], path: Path): boolean =>
  problems.some((problem) => formatPath(problem.path) === formatPath(path));

/** class-validator's tree of errors as a flat list with paths. */
export function problemsOf(
  { property, constraints = {}, children = [] }: ValidationError,
  parent: Path = [],
): Problem[] {
  const path = [...parent, /^\d+$/.test(property) ? Number(property) : property];
  const own = Object.entries(constraints)
    // A value that is not a list also fails the checks of its entries.
    .filter(([rule]) => !(rule === 'nestedValidation' && 'isArray' in constraints))
    .map(([rule, message]) => ({ path, reason: reasons[rule] ?? withoutName(message, property) }));
  return [...own, ...children.flatMap((child) => problemsOf(child, path))];
}

const reasons: Readonly<Record<string, string>> = {
  whitelistValidation: 'is not a known field',
  nestedValidation: 'must be a map of fields',
};

/** Removes the field's name from a message: the path has it already. */
const withoutName = (message: string, property: string): string =>
  (message.startsWith(`${property} `) ? message.slice(property.length + 1) : message).replace(
    ` in ${property} `,
    ' ',
  );
