import { days, readGroup, type SettingGroup, settingsIn } from '../../src/config/setting.js';
import { integer, text } from '../../src/config/setting-kinds.js';

const group = {
  port: { name: 'PORT', default: '3000', meaning: 'Port', parse: integer(1, 9_999) },
  file: { name: 'FILE', meaning: 'File', parse: text },
  lifetimes: { code: { name: 'CODE', ...days(1), meaning: 'Lifetime', parse: integer(1, 100_000) } },
} as const satisfies SettingGroup;

describe('A group of settings', () => {
  it.each<[condition: string, environment: Record<string, string>, values: object]>([
    ['nothing set', {}, { port: 3000, file: undefined, lifetimes: { code: 86_400 } }],
    ['all set', { PORT: '1', FILE: 'a', CODE: '2' }, { port: 1, file: 'a', lifetimes: { code: 2 } }],
    ['blanks', { PORT: '', FILE: ' ' }, { port: 3000, file: undefined, lifetimes: { code: 86_400 } }],
    ['white space', { FILE: ' a b ' }, { port: 3000, file: 'a b', lifetimes: { code: 86_400 } }],
  ])('%s: is read in its own shape', (_condition, environment, values) => {
    expect(readGroup(group, environment)).toEqual(values);
  });

  it('reports the setting that is wrong, in a group within it too', () => {
    expect(() => readGroup(group, { CODE: 'x' })).toThrow(/^CODE is "x"/);
  });

  it('lists its settings in order, those of groups within it too', () => {
    expect(settingsIn(group).map(({ name }) => name)).toEqual(['PORT', 'FILE', 'CODE']);
  });
});

describe('A default in days', () => {
  it.each([
    [1, '86400', '86400 (1 day)'],
    [30, '2592000', '2592000 (30 days)'],
  ])('of %i is %s seconds, documented as %s', (count, seconds, defaultMeaning) => {
    expect(days(count)).toEqual({ default: seconds, defaultMeaning });
  });
});
