import { createHash } from 'node:crypto';
import type { Schema } from './api-document.js';

/** A value, and what of the schema it is about. */
export interface SampleValue {
  readonly about: string;
  readonly value: unknown;
}

/** Letters, digits, hyphens and underscores that are hard to guess. */
export function noise(length: number): string {
  let text = '';
  for (let round = 0; text.length < length; round++)
    text += createHash('sha256').update(`round ${round}`).digest('base64url');
  return text.slice(0, length);
}

const wrongTypes: Readonly<Record<string, readonly unknown[]>> = {
  string: [7, true, {}, ['text']],
  integer: ['7', 1.5, true, [7]],
  boolean: ['true', 1, {}],
  array: ['text', 7, {}],
  object: ['text', 7, []],
};

/** Texts that hardly any pattern allows. */
const oddTexts = ['\u0007', '  ', '"', 'http ://', '~!', ' x ', '-'];

/** Values just outside of what the schema allows. */
export function outside(schema: Schema): SampleValue[] {
  if (schema.oneOf) return outsideAll(schema.oneOf);
  const { type = 'object' } = schema;
  const found: SampleValue[] = (wrongTypes[type] ?? []).map((value) => ({ about: 'type', value }));
  const add = (about: string, value: unknown): void => void found.push({ about, value });
  if (!schema.nullable) add('nullable', null);
  if (schema.enum) add('enum', 'unheard-of');
  if (type === 'string') outsideText(schema, add);
  if (schema.minimum !== undefined) add('minimum', schema.minimum - 1);
  if (schema.maximum !== undefined) add('maximum', schema.maximum + 1);
  if (type === 'array') outsideList(schema, add);
  if (type === 'object') outsideObject(schema, add);
  return found;
}

/** What is outside of each alternative for a reason of its own: a value of a type that another one has is left out. */
function outsideAll(alternatives: readonly Schema[]): SampleValue[] {
  const types = alternatives.map(({ type }) => type);
  const typeOf = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value);
  return alternatives.flatMap((alternative) =>
    outside(alternative).filter(
      ({ about, value }) => about !== 'nullable' && (about !== 'type' || !types.includes(typeOf(value))),
    ),
  );
}

type Add = (about: string, value: unknown) => void;

function outsideText({ minLength = 0, maxLength, pattern, format }: Schema, add: Add): void {
  if (minLength > 0) add('minLength', noise(minLength - 1));
  if (maxLength !== undefined) add('maxLength', noise(maxLength + 1));
  const forbidden =
    pattern === undefined ? [] : oddTexts.filter((text) => !new RegExp(pattern, 'u').test(text));
  for (const text of forbidden) add('pattern', text);
  if (format !== undefined && ['uri', 'email', 'time-zone', 'language-tag'].includes(format))
    add('format', 'not of this format!');
}

function outsideList({ items = {}, minItems = 0, maxItems, uniqueItems }: Schema, add: Add): void {
  const item = (index: number): unknown => items.enum?.[index] ?? `https://example.com/${index}`;
  if (minItems > 0) add('minItems', []);
  if (maxItems !== undefined)
    add(
      'maxItems',
      Array.from({ length: maxItems + 1 }, (_, index) => item(index)),
    );
  if (uniqueItems) add('uniqueItems', [item(0), item(0)]);
  // A format of items is a rule of the table of metadata, which a change of no client does not get to.
  for (const { about, value } of outside(items)) if (about !== 'format') add(`items: ${about}`, [value]);
}

function outsideObject({ properties = {}, required = [], additionalProperties }: Schema, add: Add): void {
  if (additionalProperties === false) add('additionalProperties', { unheard_of: 'text' });
  if (typeof additionalProperties === 'object')
    for (const { about, value } of outside(additionalProperties))
      if (about !== 'type') add(`additionalProperties: ${about}`, { name: value });
  for (const name of required) add(`required: ${name}`, {});
  for (const [name, schema] of Object.entries(properties))
    for (const { about, value } of outside(schema)) add(`${name}: ${about}`, { [name]: value });
}

/** Values at the bounds of what the schema allows. */
export function atBounds(schema: Schema): SampleValue[] {
  if (schema.oneOf) return schema.oneOf.flatMap(atBounds);
  const { type, minLength = 0, maxLength, minimum, maximum, nullable, example } = schema;
  const found: SampleValue[] = [];
  const add = (about: string, value: unknown): void => void found.push({ about, value });
  if (nullable) add('nullable', null);
  if (example !== undefined) add('example', example);
  for (const value of schema.enum ?? []) add('enum', value);
  if (minimum !== undefined) add('minimum', minimum);
  if (maximum !== undefined) add('maximum', maximum);
  if (type === 'boolean') [true, false].forEach((value) => add('type', value));
  if (type === 'string' && !schema.enum) {
    for (const length of [minLength, maxLength ?? minLength])
      for (const text of textsOf(length)) if (isAllowed(text, schema)) add(`${length} characters`, text);
  }
  if (type === 'array') add('no items', []);
  return found.filter(({ value }) => !(schema.minItems && Array.isArray(value) && value.length === 0));
}

const textsOf = (length: number): string[] => [
  noise(length),
  '🦅'.repeat(length),
  `https://example.com/${noise(Math.max(0, length - 20))}`,
];

function isAllowed(text: string, { minLength = 0, maxLength = Infinity, pattern, format }: Schema): boolean {
  const length = Array.from(text).length;
  return (
    length >= minLength &&
    length <= maxLength &&
    (pattern === undefined || new RegExp(pattern, 'u').test(text)) &&
    (format === undefined || format === 'password' || (format === 'uri' && /^https:[\x21-\x7e]+$/.test(text)))
  );
}
