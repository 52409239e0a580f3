import { type AST, visitRegExpAST } from '@eslint-community/regexpp';
import { characterTest, parse } from './regexp-work.js';

/** Characters that samples are taken from. */
const candidates =
  'a1A0-._:/=@+,; "\\\n\0!&#%~[]|{<\u00e9bcdefghijklmnopqrstuvwxyzBCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
/** What no expression expects at the end: a near miss. */
const nearMisses = ['', '\0', 'a!'];
const maxAlphabet = 10;

/** A text that can be made longer. */
export type Growing = (length: number) => string;

/**
 * Texts on which an expression may backtrack, made from the expression itself: after each beginning of a match, long runs of each of its
 * characters, of pairs of them (alternations), of its own parts and of runs that are one too short, then something that fits and something
 * that does not.
 */
export function adversarialTexts(expression: RegExp): Growing[] {
  const pattern = parse(expression);
  const isCharacter = characterTest(expression.flags.replaceAll(/[^isu]/g, ''));
  const sample = (raw: string): string => candidates.find((one) => isCharacter(raw, one)) ?? 'a';
  const alphabet = new Set(classesOf(pattern).map(({ raw }) => sample(raw)));
  const beginnings = new Set(['']);
  const parts = new Set<string>();

  const written = (node: AST.Element | AST.Alternative): string => {
    switch (node.type) {
      case 'Alternative':
        return node.elements.map(written).join('');
      case 'Group':
      case 'CapturingGroup':
        return written(node.alternatives.at(-1)!);
      case 'Quantifier':
        return written(node.element).repeat(Math.max(node.min, 1));
      case 'Assertion':
        return '';
      default:
        return sample(node.raw);
    }
  };

  visitRegExpAST(pattern, {
    onCharacterEnter: ({ value }) => void alphabet.add(String.fromCodePoint(value)),
    onQuantifierEnter: (node) => {
      parts.add(written(node.element));
      if (node.min > 1) parts.add(`${written(node.element).repeat(node.min - 1)}.`);
    },
    onAlternativeEnter: ({ elements }) => {
      let text = '';
      for (const element of elements) {
        if (element.type === 'Quantifier') beginnings.add(text);
        text += written(element);
        parts.add(text);
      }
    },
  });

  // The characters that stand for a whole class come first: they fit where others do not.
  const letters = [...alphabet].slice(0, maxAlphabet);
  const pairs = letters.flatMap((left) => letters.map((right) => left + right));
  const pumps = [...new Set([...pairs, ...parts])].filter((pump) => pump !== '' && pump.length < 100);
  return [...beginnings].flatMap((beginning) =>
    pumps.flatMap((pump) =>
      nearMisses.map(
        (end) => (length: number) => beginning + pump.repeat(Math.ceil(length / pump.length)) + end,
      ),
    ),
  );
}

function classesOf(pattern: AST.Pattern): AST.CharacterClass[] {
  const classes: AST.CharacterClass[] = [];
  visitRegExpAST(pattern, { onCharacterClassEnter: (node) => void classes.push(node) });
  return classes;
}
