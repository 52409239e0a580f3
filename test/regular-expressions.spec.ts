import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { adversarialTexts } from './support/adversarial-texts.js';
import { maxSteps, stepsOf } from './support/regexp-work.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Characters of the shorter texts; the longer ones have twice as many. */
const length = 80;
/** Twice the text may take this many times the steps: a linear search takes 2, a quadratic one 4. */
const maxGrowth = 2.8;

interface Found {
  readonly file: string;
  readonly source: string;
}

/** Every expression in the sources, and every place that builds one. */
const literals: Found[] = [];
const built: Found[] = [];
for (const folder of ['src', 'packages/guard/src']) {
  for (const name of readdirSync(root + folder, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.ts')) collect(`${folder}/${name}`);
  }
}

function collect(file: string): void {
  const source = ts.createSourceFile(file, readFileSync(root + file, 'utf8'), ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) literals.push({ file, source: node.text });
    const isCall = ts.isNewExpression(node) || ts.isCallExpression(node);
    if (isCall && node.expression.getText() === 'RegExp') built.push({ file, source: node.getText() });
    ts.forEachChild(node, visit);
  };
  visit(source);
}

const expressionOf = (literal: string): RegExp => {
  const end = literal.lastIndexOf('/');
  return new RegExp(literal.slice(1, end), literal.slice(end + 1));
};

/** The kind of text that takes too many steps when it is twice as long; undefined if there is none. */
function tooCostly(expression: RegExp): string | undefined {
  const texts = adversarialTexts(expression);
  const worst = Math.max(...texts.map((text) => stepsOf(expression, text(length))));
  const bound = Math.min(maxGrowth * worst, maxSteps);
  return texts.find((text) => stepsOf(expression, text(2 * length)) >= bound)?.(8);
}

describe('O2 the regular expressions', () => {
  it('are all found', () => {
    expect(literals.length).toBeGreaterThan(100);
  });

  it('are literals, unless they are made of constants', () => {
    expect(built.map(({ file }) => file).toSorted()).toEqual([
      // Alternatives that are measured where they stand.
      'src/crypto/password-hashes/hash-kinds.ts',
      'src/protocol/user-code.ts',
    ]);
  });

  it.each(literals.map(({ file, source }) => [file, source]))(
    'in %s %s takes steps in proportion to the length of any text',
    (_file, source) => {
      expect(tooCostly(expressionOf(source))).toBeUndefined();
    },
  );
});

describe('The measure of regular expressions', () => {
  it.each([
    ['nested quantifiers', /^(?:a+)+$/],
    ['alternatives that overlap', /^(?:a|aa)+$/],
    ['runs beside a run of the same characters', /[\w.~+/-]*[\w-]{40,}[\w.~+/=-]*/g],
    ['white space at the end', /(?<!\\)((?:\\\\)*) +$/],
    ['one character among its like', /^[\da-f:.]*:[\da-f:.]*$/i],
    ['parts of a product token', /\bVersion\/(\d+)\S* (?:Mobile\/\S+ )?Safari\//],
  ])('sees %s', (_what, expression) => {
    expect(tooCostly(expression)).toBeDefined();
  });
});
