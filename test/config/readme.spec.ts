import { readFileSync } from 'node:fs';
import { endpoints } from '../../src/config/endpoints.js';
import { settingDescriptions } from '../../src/config/settings.js';

const readme = readFileSync('README.md', 'utf8');

function settingsRows(): string[][] {
  const section = readme.split('<!-- settings -->')[1]?.split('<!-- /settings -->')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('README', () => {
  it('lists every setting with its default and meaning, and no other', () => {
    expect(settingsRows()).toEqual(
      settingDescriptions.map((setting) => [`\`${setting.name}\``, setting.default, setting.meaning]),
    );
  });

  it.each(Object.values(endpoints))('names the endpoint %s, or the one it belongs to', (path) => {
    const owner =
      path === endpoints.resume
        ? endpoints.authorize
        : path === endpoints.docsRedirect
          ? endpoints.docs
          : path;
    expect(readme).toContain(`\`${owner}`);
  });
});
