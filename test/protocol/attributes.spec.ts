import {
  attributeProblem,
  attributeText,
  type AttributeType,
  type AttributeValue,
  attributeValueOf,
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
