import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { toMetadata } from '../../src/clients/client-columns.js';
import { endpoints } from '../../src/config/endpoints.js';
import { settingDescriptions, variableNames } from '../../src/config/settings.js';
import { settingsDocument } from '../../src/commands/settings-document.js';
import type { Client } from '../../src/persistence/entities/client.entity.js';

const readme = readFileSync('README.md', 'utf8');
const features = readFileSync('docs/features.md', 'utf8');
const endpointList = readFileSync('docs/endpoints.md', 'utf8');
const guardReadme = readFileSync('packages/guard/README.md', 'utf8');

/** The rows of the table between two comments, in cells. */
function rowsOf(table: string): string[][] {
  const section = features.split(`<!-- ${table} -->`)[1]?.split(`<!-- /${table} -->`)[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('README', () => {
  it('is short, and leads to documents that exist', () => {
    expect(Buffer.byteLength(readme)).toBeLessThan(12_288);
    const links = [...readme.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path]) => path ?? '');
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('and the pages in docs name no setting that does not exist, and it leads to the page of all settings', () => {
    const names = variableNames;

    // The tests and compose.yaml have variables of their own.
    const pages = readdirSync('docs')
      .filter((name) => name.endsWith('.md'))
      .map((name) => readFileSync(`docs/${name}`, 'utf8'));
    const named = [readme, ...pages].join('\n').match(/EYRIE_(?!TEST_|DB_)[A-Z\d_]+[A-Z\d]/g) ?? [];
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
    expect(readme).toContain('(docs/settings.md)');
  });

  describe('the table of specifications', () => {
    const rows = rowsOf('features');
    const named = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');

    it('has a row for each RFC', () => {
      const told = rows.flatMap(([specification]) => specification?.match(/(?<=RFC )\d+/g) ?? []);
      const rfcs =
        '6749 6750 7009 7515 7517 7521 7523 7591 7592 7636 7662 8252 8414 8628 8707 9068 9101 9126 9207 9449 9470 9700 9701 9728';
      expect(told).toEqual(expect.arrayContaining(rfcs.split(' ')));
    });

    it('has a row for each specification of OpenID Connect', () => {
      const specifications = rows.map(([specification]) => specification);
      expect(specifications).toEqual(
        expect.arrayContaining([
          'OpenID Connect Core',
          'OpenID Connect Discovery',
          'OpenID Connect Registration',
          'OpenID Connect RP-Initiated Logout',
          'OpenID Connect Back-Channel Logout',
          'OpenID Connect Front-Channel Logout',
          'OAuth 2.0 Form Post Response Mode',
          'OAuth 2.0 Multiple Response Types',
          'JARM',
        ]),
      );
      expect(new Set(specifications).size).toBe(specifications.length);
    });

    it.each(rows)('%s: %s is turned on by what exists (%s)', (_specification, what = '', switches = '') => {
      const settings = settingDescriptions.map(({ name }) => name);
      expect(switches).toMatch(/`|^always$/);
      expect(what).not.toBe('');
      const members = Object.keys(toMetadata({} as Client));
      const exists = (name: string): boolean =>
        switches.startsWith('guard: ')
          ? guardReadme.includes(`| \`${name}\` `)
          : settings.includes(name) || members.includes(name);
      expect(named(switches).filter((name) => !exists(name))).toEqual([]);
      expect(named(what).filter((name) => name.startsWith('EYRIE_') && !settings.includes(name))).toEqual([]);
    });

    it('names every setting that turns a feature on', () => {
      const told = rows.flatMap(([, , switches]) => named(switches ?? ''));
      expect(told).toEqual(
        expect.arrayContaining([
          'EYRIE_REGISTRATION',
          'EYRIE_RESPONSE_TYPES',
          'EYRIE_REQUEST_URI',
          'EYRIE_REQUIRE_PUSHED_REQUESTS',
          'EYRIE_DPOP_NONCE',
        ]),
      );
    });
  });

  it.each(Object.values(endpoints))('names the endpoint %s, or the one it belongs to', (path) => {
    const owner =
      path === endpoints.resume
        ? endpoints.authorize
        : path.startsWith(`${endpoints.docs}/`)
          ? endpoints.docs
          : path;
    expect(endpointList).toContain(`\`${owner}`);
  });
});

describe('docs/settings.md', () => {
  it('is what `eyrie settings --markdown` prints', () => {
    expect(readFileSync('docs/settings.md', 'utf8')).toBe(`${settingsDocument()}\n`);
  });
});

describe('compose.yaml', () => {
  it('passes every setting, but those that the image fixes', () => {
    const { services } = parse(readFileSync('compose.yaml', 'utf8')) as {
      services: { eyrie: { environment: Record<string, string | null> } };
    };
    const fixed = ['PORT', 'HOST', 'NODE_ENV'];
    const expected = settingDescriptions.map(({ name }) => name).filter((name) => !fixed.includes(name));
    expect(Object.keys(services.eyrie.environment).toSorted()).toEqual(expected.toSorted());
  });
});
