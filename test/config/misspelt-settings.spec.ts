import { editDistance, refuseMisspelt } from '../../src/config/misspelt-settings.js';
import { SettingError } from '../../src/config/setting-error.js';
import { readSettings, settingDescriptions } from '../../src/config/settings.js';

const names = settingDescriptions.map(({ name }) => name);

describe('A misspelt setting', () => {
  it.each([
    ['EYRIE_ISUER', 'EYRIE_ISSUER'],
    ['EYRIE_ISSUERS', 'EYRIE_ISSUER'],
    ['EYRIE_ISSEUR', 'EYRIE_ISSUER'],
    ['EYRIE_SECRTE', 'EYRIE_SECRET'],
    ['EYRIE_TRUSTED_PROXIE', 'EYRIE_TRUSTED_PROXIES'],
    ['EYRIE_LOGLEVEL', 'EYRIE_LOG_LEVEL'],
    ['EYRIE_ACCESS_TOKEN_TLL', 'EYRIE_ACCESS_TOKEN_TTL'],
  ])('%s is refused in favour of %s', (name, meant) => {
    expect(() => refuseMisspelt({ [name]: 'value' }, names)).toThrow(
      new SettingError(`${name} is not a setting: rename it to ${meant}, or remove it`),
    );
  });

  it('stops the reading of settings, and its value is not repeated', () => {
    const environment = { EYRIE_SECRETS: 'hunter2hunter2' };
    expect(() => readSettings(environment)).toThrow(/^EYRIE_SECRETS is not a setting/);
    expect(() => readSettings(environment)).not.toThrow(/hunter2/);
  });

  it.each(['', '  '])('passes while its value is "%s", as it counts as not set', (value) => {
    expect(() => readSettings({ EYRIE_ISUER: value })).not.toThrow();
  });

  it.each([
    // What Kubernetes sets for a service called eyrie.
    'EYRIE_PORT',
    'EYRIE_PORT_3000_TCP',
    'EYRIE_PORT_3000_TCP_ADDR',
    'EYRIE_SERVICE_HOST',
    'EYRIE_SERVICE_PORT',
    'EYRIE_SERVICE_PORT_HTTP',
    // What compose.yaml and the tests read.
    'EYRIE_DB_PASSWORD',
    'EYRIE_PUBLISH',
    'EYRIE_TEST_MYSQL_URL',
    'EYRIE_TEST_DATABASE',
    // What a configuration file may name, and what belongs to others.
    'EYRIE_ALICE_PASSWORD',
    'ISSUER',
    'POST',
  ])('is not seen in %s', (name) => {
    expect(() => refuseMisspelt({ [name]: 'value' }, names)).not.toThrow();
  });

  it.each(names)('is not seen in %s itself', (name) => {
    expect(() => refuseMisspelt({ [name]: 'value' }, names)).not.toThrow();
  });
});

describe('The edit distance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['issuer', 'issuer', 0],
    ['isuer', 'issuer', 1],
    ['issuer', 'isuer', 1],
    ['issuer', 'issuar', 1],
    ['issuer', 'issure', 2],
    ['kitten', 'sitting', 3],
  ])('from "%s" to "%s" is %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });
});
