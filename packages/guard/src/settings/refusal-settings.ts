import type { BearerOptions } from './bearer-options.js';
import type { RefusalExceptions } from '../refusal/refusal-exceptions.js';
import type { JournalOptions } from '../refusal/refusal-journal.js';
import { check, flag, isText } from './checks.js';

/** The options for refused requests, for every verifier. */
export type RefusalOptions = Pick<BearerOptions, 'realm' | 'logRefusals' | 'explain' | 'exceptions' | 'now'>;

/** {@link RefusalOptions} checked, with every default filled in. */
export interface RefusalSettings {
  readonly realm: string;
  readonly journal: JournalOptions;
  readonly exceptions: RefusalExceptions;
  readonly now: () => number;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @param realm the default realm
 * @param inProduction in production, `explain` has no effect
 * @throws {TypeError} naming the wrong option
 */
export function refusalSettings(
  options: RefusalOptions,
  realm: string,
  inProduction = process.env['NODE_ENV'] === 'production',
): RefusalSettings {
  const { logRefusals: level = 'debug' } = options;
  const explain = flag('explain', options.explain, false);
  check(['debug', 'warn', 'off'].includes(level), 'logRefusals', 'must be debug, warn or off');
  const settings = {
    realm: options.realm ?? realm,
    journal: { level, explain: explain && !inProduction },
    exceptions: options.exceptions ?? {},
    now: options.now ?? Date.now,
  };
  check(isText(settings.realm) && /^[\x20-\x7e]+$/.test(settings.realm), 'realm', 'must be printable ASCII');
  return settings;
}
