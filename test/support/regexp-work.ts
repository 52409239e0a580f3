import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** Takes the end of a match; false asks for another one. */
type Then = (end: number) => boolean;

/** Counting ends here: so many steps are out of all proportion to the texts of tests. */
export const maxSteps = 200_000;

class TooManySteps extends Error {}

/** The parsed expression. */
export const parse = ({ source, flags }: RegExp): AST.Pattern =>
  new RegExpParser().parsePattern(source, 0, source.length, { unicode: flags.includes('u') });

/**
 * The steps that a backtracking engine takes to find an expression in a text, or all of its matches if it is global. A step is one look
 * at one node of the expression, so the figure is the same on every machine. Back references do not occur in Eyrie.
 * @returns `maxSteps` at most
 */
export function stepsOf(expression: RegExp, text: string): number {
  const pattern = parse(expression);
  const { flags, global, sticky } = expression;
  const isCharacter = characterTest(flags.replaceAll(/[^isu]/g, ''));
  let steps = 0;

  const anyOf = (alternatives: readonly AST.Alternative[], at: number, then: Then): boolean =>
    alternatives.some(({ elements }) => sequence(elements, 0, at, then));

  const sequence = (elements: readonly AST.Element[], index: number, at: number, then: Then): boolean => {
    const element = elements[index];
    return element === undefined
      ? then(at)
      : match(element, at, (end) => sequence(elements, index + 1, end, then));
  };

  const repeat = (quantifier: AST.Quantifier, count: number, at: number, then: Then): boolean => {
    const { min, max, greedy, element } = quantifier;
    const more = (): boolean =>
      count < max &&
      match(element, at, (end) => (end > at || count < min) && repeat(quantifier, count + 1, end, then));
    const enough = (): boolean => count >= min && then(at);
    return greedy ? more() || enough() : enough() || more();
  };

  const match = (node: AST.Element, at: number, then: Then): boolean => {
    if (++steps >= maxSteps) throw new TooManySteps();
    switch (node.type) {
      case 'Group':
      case 'CapturingGroup':
        return anyOf(node.alternatives, at, then);
      case 'Quantifier':
        return repeat(node, 0, at, then);
      case 'Assertion':
        return holds(node, at) && then(at);
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet':
        return at < text.length && isCharacter(node.raw, text.charAt(at)) && then(at + 1);
      default:
        throw new Error(`${node.type} is not counted yet`);
    }
  };

  const isWord = (at: number): boolean => /\w/.test(text.charAt(at));
  const holds = (node: AST.Assertion, at: number): boolean => {
    const multiline = flags.includes('m');
    switch (node.kind) {
      case 'start':
        return at === 0 || (multiline && text[at - 1] === '\n');
      case 'end':
        return at === text.length || (multiline && text[at] === '\n');
      case 'word':
        return (isWord(at - 1) !== isWord(at)) !== node.negate;
      case 'lookahead':
        return anyOf(node.alternatives, at, () => true) !== node.negate;
      default:
        // Lookbehinds. In Eyrie they are one character long.
        return (at > 0 && anyOf(node.alternatives, at - 1, (end) => end === at)) !== node.negate;
    }
  };

  try {
    for (let start = 0; start <= text.length; start += 1) {
      let end = -1;
      const found = anyOf(pattern.alternatives, start, (at) => (end = at) >= 0);
      if (found ? !global : sticky) break;
      if (end > start) start = end - 1;
    }
  } catch (error) {
    if (!(error instanceof TooManySteps)) throw error;
  }
  return steps;
}

/** Whether a node that is one character (`a`, `[a-z]`, `\d`) matches a character. */
export function characterTest(flags: string): (node: string, character: string) => boolean {
  const known = new Map<string, boolean>();
  return (node, character) => {
    const key = node + character;
    let matches = known.get(key);
    if (matches === undefined) known.set(key, (matches = new RegExp(`^${node}$`, flags).test(character)));
    return matches;
  };
}
