import { SettingError } from '../config/setting-error.js';

/** Where in a configuration file: `['clients', 0, 'redirect_uris', 1]`. */
export type Path = readonly (string | number)[];

/** What is wrong at one place of a configuration file. */
export interface Problem {
  readonly path: Path;
  /** Goes on where the path ends: "must use https". */
  readonly reason: string;
}

/** A configuration file that cannot be applied: one line for each of its problems, with file, place, path and reason. */
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
