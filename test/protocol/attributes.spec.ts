import {
  attributeProblem,
  attributeText,
  attributeValueIn,
  type AttributeType,
  type AttributeValue,
  attributeValueOf,
  statedTexts,
} from '../../src/protocol/attributes.js';

describe('A value of an attribute', () => {
  const rules = (type: AttributeType, values: readonly string[] | null = null) => ({ type, values });

  it.each<[AttributeType, unknown]>([
    ['text', 'Sales'],
    ['text', '𝒮'.repeat(1_024)],
    ['integer', 0],
    ['integer', -42],
    ['boolean', false],
    ['date', '2024-02-29'],
    ['texts', ['a']],
    ['texts', Array.from({ length: 50 }, (_, index) => `${index}`)],
  ])('%s may be %j', (type, value) => {
    expect(attributeProblem(rules(type), value)).toBeUndefined();
  });

  it.each<[AttributeType, unknown]>([
    ['text', ''],
    ['text', '  '],
    ['text', 'two\nlines'],
    ['texts', ['a\0']],
    ['text', 'x'.repeat(1_025)],
    ['text', 7],
    ['text', ['Sales']],
    ['integer', 1.5],
    ['integer', '7'],
    ['integer', 2 ** 53],
    ['integer', Number.NaN],
    ['boolean', 'true'],
    ['boolean', 0],
    ['date', '2023-02-29'],
    ['date', '2023-13-01'],
    ['date', '2023-1-1'],
    ['date', 20_230_101],
    ['texts', []],
    ['texts', 'a'],
    ['texts', ['a', 'a']],
    ['texts', ['a', '']],
    ['texts', ['x'.repeat(256)]],
    ['texts', ['a', 1]],
    ['texts', Array.from({ length: 51 }, (_, index) => `${index}`)],
    ['texts', { length: 1, 0: 'a' }],
  ])('%s may not be %j', (type, value) => {
    expect(attributeProblem(rules(type), value)).toMatch(/^must be /);
  });

  it.each<[AttributeType, unknown, boolean]>([
    ['text', 'Sales', true],
    ['text', 'sales', false],
    ['texts', ['Sales', 'Law'], true],
    ['texts', ['Sales', 'Other'], false],
  ])('%s of some values: %j, %s', (type, value, isOne) => {
    expect(attributeProblem(rules(type, ['Sales', 'Law']), value) === undefined).toBe(isOne);
  });

  it.each<[AttributeType, string, AttributeValue | undefined]>([
    ['text', ' Sales ', 'Sales'],
    ['text', ' ', undefined],
    ['integer', ' 42', 42],
    ['integer', '-0012', -12],
    ['integer', '4 2', '4 2'],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['boolean', 'perhaps', 'perhaps'],
    ['date', '2026-11-28', '2026-11-28'],
    ['texts', 'a\r\n b \n\na', ['a', 'b']],
    ['texts', '\n', undefined],
  ])('%s is read from %j', (type, text, value) => {
    expect(attributeValueOf(type, text)).toEqual(value);
  });

  it.each<[AttributeType, AttributeValue]>([
    ['text', 'Sales'],
    ['integer', -7],
    ['boolean', false],
    ['date', '2026-11-28'],
    ['texts', ['a', 'b c']],
  ])('%s comes back from its text: %j', (type, value) => {
    expect(attributeValueOf(type, attributeText(value))).toEqual(value);
  });
});

describe('A statement of another system', () => {
  it.each<[unknown, readonly string[]]>([
    ['Sales', ['Sales']],
    ['  Sales ', ['Sales']],
    [7, ['7']],
    [false, ['false']],
    [
      ['Go', 'Chess', 'Go'],
      ['Go', 'Chess'],
    ],
    [['Go', null, { name: 'Chess' }, ''], ['Go']],
    [[['nested']], []],
    [undefined, []],
    [null, []],
    [{ value: 'x' }, []],
    ['x'.repeat(2_049), []],
  ])('%j has the texts %j', (stated, texts) => {
    expect(statedTexts(stated)).toEqual(texts);
  });

  it('has no more texts than it takes to see that there are too many', () => {
    expect(statedTexts(Array.from({ length: 10_000 }, (_, index) => index))).toHaveLength(51);
  });

  it.each<[AttributeType, readonly string[], AttributeValue | undefined]>([
    ['text', ['Sales', 'Law'], 'Sales'],
    ['text', [], undefined],
    ['texts', ['Go', 'Chess'], ['Go', 'Chess']],
    ['texts', [], undefined],
    ['texts', Array.from({ length: 51 }, (_, index) => `${index}`), undefined],
    ['integer', ['42'], 42],
    ['integer', ['4.2'], undefined],
    ['integer', ['99999999999999999'], undefined],
    ['boolean', ['TRUE'], true],
    ['boolean', ['False'], false],
    ['boolean', ['1'], undefined],
    ['date', ['2024-02-29'], '2024-02-29'],
    ['date', ['2024-02-29T23:59:59.999+02:00'], '2024-02-29'],
    ['date', ['20240229000000Z'], '2024-02-29'],
    ['date', ['20240229235959.0Z'], '2024-02-29'],
    ['date', ['20240230000000Z'], undefined],
    ['date', ['29.02.2024'], undefined],
  ])('%s %j is the value %j', (type, texts, value) => {
    expect(attributeValueIn({ type, values: null }, texts)).toEqual(value);
  });

  it('of a text that is none of the values is none', () => {
    const rules = { type: 'text', values: ['Sales'] } as const;
    expect(attributeValueIn(rules, ['Sales'])).toBe('Sales');
    expect(attributeValueIn(rules, ['Law'])).toBeUndefined();
  });
});
