import { settingDescriptions } from '../config/settings.js';

/** `docs/settings.md`: every setting with its default and meaning. */
export function settingsDocument(): string {
  return [
    '# Settings',
    '',
    'Eyrie reads its settings from environment variables and checks them at start. A wrong value or a misspelt name stops',
    'the start with one line that names the setting and the remedy. An empty variable counts as not set. Line ends at the end of a',
    'file with a secret do not count.',
    '',
    'This page is printed by `npm run --silent eyrie -- settings --markdown`.',
    '',
    '| name | default | meaning |',
    '| --- | --- | --- |',
    ...settingDescriptions.map(
      ({ name, default: value, meaning }) => `| \`${name}\` | ${value} | ${meaning} |`,
    ),
  ].join('\n');
}
