import {
  areWithin,
  type AuthorizationDetail,
  isSameDetail,
  parseAuthorizationDetails,
  withoutRepeats,
} from '../../src/protocol/authorization-details.js';
import { factsOf, sentenceAbout, sentenceProblem } from '../../src/protocol/detail-words.js';

const granted = {
  type: 'payment',
  actions: ['initiate', 'status'],
  locations: ['https://bank.example.com'],
  amount: { currency: 'EUR', value: '10' },
};

describe('Authorization details', () => {
  it('are parsed as they are', () => {
    expect(parseAuthorizationDetails(undefined)).toEqual([]);
    expect(parseAuthorizationDetails(` ${JSON.stringify([granted])} `)).toEqual([granted]);
  });

  it.each<[condition: string, other: AuthorizationDetail, same: boolean]>([
    ['the same', { ...granted }, true],
    ['its members in another order', Object.fromEntries(Object.entries(granted).toReversed()) as never, true],
    ['inner members in another order', { ...granted, amount: { value: '10', currency: 'EUR' } }, true],
    ['a list in another order', { ...granted, actions: ['status', 'initiate'] }, false],
    ['a number for a text', { ...granted, amount: { currency: 'EUR', value: 10 } }, false],
    ['one member more', { ...granted, identifier: 'a' }, false],
  ])('compared with %s: %#', (_condition, other, same) => {
    expect(isSameDetail(granted, other)).toBe(same);
    expect(isSameDetail(other, granted)).toBe(same);
    expect(withoutRepeats([granted, other])).toHaveLength(same ? 1 : 2);
  });

  it.each(['locations', 'actions', 'datatypes', 'privileges'])(
    'is refused where %s is not a list of strings, since a text would be heeded as no list',
    (name) => {
      for (const value of ['https://a.example', { 0: 'a' }, [1], ['a', null], true])
        expect(() => parseAuthorizationDetails(JSON.stringify([{ type: 'payment', [name]: value }]))).toThrow(
          `${name} of authorization_details is not a list of strings`,
        );
    },
  );

  it.each<[condition: string, asked: AuthorizationDetail, within: boolean]>([
    ['the same', granted, true],
    ['one action of two', { ...granted, actions: ['status'] }, true],
    ['both actions in another order', { ...granted, actions: ['status', 'initiate'] }, true],
    ['an action twice', { ...granted, actions: ['status', 'status'] }, true],
    ['another action', { ...granted, actions: ['cancel'] }, false],
    ['no action', { ...granted, actions: [] }, false],
    ['a text for the list', { ...granted, actions: 'status' }, false],
    ['another location', { ...granted, locations: ['https://evil.example.com'] }, false],
    [
      'a smaller amount, whose meaning only the API knows',
      { ...granted, amount: { currency: 'EUR', value: '9' } },
      false,
    ],
    ['a member less', { type: 'payment', actions: ['status'], amount: granted.amount }, false],
    ['another type', { ...granted, type: 'other' }, false],
  ])('%s is within what was granted: %#', (_condition, asked, within) => {
    expect(areWithin([asked], [granted])).toBe(within);
    expect(areWithin([granted, asked], [granted])).toBe(within);
  });

  it('nothing is within everything, and nothing but nothing is within nothing', () => {
    expect(areWithin([], [granted])).toBe(true);
    expect(areWithin([granted], [])).toBe(false);
  });
});

describe('The words of authorization details', () => {
  const about = (sentence: string, detail: AuthorizationDetail): string =>
    sentenceAbout(sentence, detail)
      .map(({ text, isValue }) => (isValue ? `[${text}]` : text))
      .join('');

  it.each<[sentence: string, expected: string]>([
    ['Pay {amount.value} {amount.currency}', 'Pay [10] [EUR]'],
    ['{actions}', '[initiate, status]'],
    ['{locations.0}', '[https://bank.example.com]'],
    ['nothing to fill in', 'nothing to fill in'],
    ['{missing}', '[—]'],
    ['{amount}', '[—]'],
    ['{amount.value.length}', '[—]'],
    ['{constructor}', '[—]'],
    ['{__proto__.type}', '[—]'],
  ])('%s', (sentence, expected) => {
    expect(about(sentence, granted)).toBe(expected);
  });

  it('a value cannot bring further placeholders, other directions or endless text', () => {
    const detail = { type: 'payment', a: '{b}', b: 'secret', c: '\u202Ex\u0000', d: 'x'.repeat(1_000) };
    expect(about('{a}', detail)).toBe('[{b}]');
    expect(about('{c}', detail)).toBe('[\uFFFDx\uFFFD]');
    expect(about('{d}', detail)).toHaveLength(202);
  });

  it('what the sentence does not say is told beside it', () => {
    const facts = factsOf('Pay {amount.value}', { ...granted, note: null, parts: [{ a: 1 }, []], none: {} });
    expect(facts).toEqual([
      { path: 'actions', value: 'initiate, status' },
      { path: 'locations', value: 'https://bank.example.com' },
      { path: 'amount.currency', value: 'EUR' },
      { path: 'note', value: 'null' },
      { path: 'parts.0.a', value: '1' },
      { path: 'parts.1', value: '[]' },
      { path: 'none', value: '{}' },
    ]);
  });

  it.each<[sentence: string, isGood: boolean]>([
    ['Pay {amount.value} to {creditor-name}', true],
    ['', true],
    ['{', false],
    ['}', false],
    ['a } b {', false],
    ['{}', false],
    ['{a b}', false],
    ['{a.}', false],
    ['{{a}}', false],
    ['{a}'.repeat(10), true],
    ['{a}'.repeat(11), false],
  ])('%j can be a sentence: %s', (sentence, isGood) => {
    expect(sentenceProblem(sentence) === undefined).toBe(isGood);
  });
});
