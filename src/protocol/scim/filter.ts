import { badRequest } from './scim-error.js';

export const comparisons = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof comparisons)[number];

export type FilterValue = string | number | boolean | null;

/** A filter (RFC 7644 §3.4.2.2). Paths are as they were written. */
export type Filter =
  | { readonly kind: 'compare'; readonly path: string; readonly by: Comparison; readonly value: FilterValue }
  | { readonly kind: 'present'; readonly path: string }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  /** One value of a multi-valued attribute meets the filter, whose paths are sub-attributes. */
  | { readonly kind: 'values'; readonly path: string; readonly of: Filter };

/** What keeps a filter cheap: characters, conditions, and levels of parentheses and brackets. */
export const filterLimits = { characters: 4_096, conditions: 60, depth: 8 } as const;

const invalid = (why: string): Error => badRequest('invalidFilter', `the filter is invalid: ${why}`);

const space = /[ \t]/;
const wordEnd = /[\s()[\]"]/;

/**
 * Reads a filter. Words of the grammar are read in any case.
 * @throws ScimError 400 invalidFilter
 */
export function parseFilter(text: string): Filter {
  const reader = new FilterReader(text);
  const filter = reader.either();
  reader.expectEnd();
  return filter;
}

/** Reads a filter, or what stands in the brackets of a path. */
export class FilterReader {
  private conditions = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private at = 0,
  ) {
    if (text.length > filterLimits.characters)
      throw invalid(`it is longer than ${filterLimits.characters} characters`);
  }

  get position(): number {
    return this.at;
  }

  /** `a or b`: binds less than `and`. */
  either(): Filter {
    return this.joined('or', () => this.joined('and', () => this.one()));
  }

  expectEnd(): void {
    this.skip();
    if (this.at < this.text.length) throw invalid(`nothing can follow at character ${this.at + 1}`);
  }

  expect(character: string): void {
    this.skip();
    if (this.text[this.at] !== character)
      throw invalid(`${character} is missing at character ${this.at + 1}`);
    this.at++;
  }

  private joined(kind: 'and' | 'or', read: () => Filter): Filter {
    const of = [read()];
    while (this.peekWord().toLowerCase() === kind) {
      this.word();
      of.push(read());
    }
    return of.length === 1 && of[0] ? of[0] : { kind, of };
  }

  private one(): Filter {
    this.skip();
    if (this.text[this.at] === '(') return this.group(')');
    const path = this.word();
    if (path === '') throw invalid(`an attribute is missing at character ${this.at + 1}`);
    this.skip();
    if (path.toLowerCase() === 'not' && this.text[this.at] === '(')
      return { kind: 'not', of: this.group(')') };
    if (this.text[this.at] === '[') return this.ofValues(path);
    return this.condition(path);
  }

  /** `emails[type eq "work"]`, and as Entra ID writes it, `emails[type eq "work"].value eq "…"`. */
  private ofValues(path: string): Filter {
    const of = this.group(']');
    if (this.text[this.at] !== '.') return { kind: 'values', path, of };
    this.at++;
    return { kind: 'values', path, of: { kind: 'and', of: [of, this.condition(this.word())] } };
  }

  private group(end: string): Filter {
    if (++this.depth > filterLimits.depth)
      throw invalid(`it is nested more than ${filterLimits.depth} levels deep`);
    this.at++;
    const inner = this.either();
    this.expect(end);
    this.depth--;
    return inner;
  }

  private condition(path: string): Filter {
    if (++this.conditions > filterLimits.conditions)
      throw invalid(`it has more than ${filterLimits.conditions} conditions`);
    const operator = this.word().toLowerCase();
    if (operator === 'pr') return { kind: 'present', path };
    const by = comparisons.find((known) => known === operator);
    if (!by)
      throw invalid(
        `${operator === '' ? 'an operator is missing' : 'there is no such operator'} at character ${this.at + 1}`,
      );
    return { kind: 'compare', path, by, value: this.value() };
  }

  private value(): FilterValue {
    this.skip();
    if (this.text[this.at] !== '"') return this.bareValue(this.word());
    const start = this.at++;
    while (this.at < this.text.length && this.text[this.at] !== '"')
      this.at += this.text[this.at] === '\\' ? 2 : 1;
    this.at++;
    try {
      return storable(JSON.parse(this.text.slice(start, this.at)) as string);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw invalid(`the text at character ${start + 1} is not a JSON string`);
    }
  }

  private bareValue(word: string): FilterValue {
    const lower = word.toLowerCase();
    if (lower === 'true' || lower === 'false') return lower === 'true';
    if (lower === 'null') return null;
    if (/^-?\d{1,15}(?:\.\d{1,15})?$/.test(word)) return Number(word);
    throw invalid(`a value is missing at character ${this.at + 1}: text stands in double quotes`);
  }

  private peekWord(): string {
    const start = this.at;
    const word = this.word();
    this.at = start;
    return word;
  }

  private word(): string {
    this.skip();
    const start = this.at;
    while (this.at < this.text.length && !wordEnd.test(this.text[this.at] ?? '')) this.at++;
    return this.text.slice(start, this.at);
  }

  private skip(): void {
    while (space.test(this.text[this.at] ?? '')) this.at++;
  }
}

/** Text that no column can hold equals nothing, and some databases refuse it. */
function storable(text: string): string {
  if (/[\0\p{Cs}]/u.test(text)) throw invalid('its text has characters that no value has');
  return text;
}
