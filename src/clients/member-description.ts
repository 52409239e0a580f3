import type { ApiPropertyOptions } from '@nestjs/swagger';
import { scopeValues } from '../protocol/scope.js';
import { shownText } from '../protocol/shown-text.js';
import { keySetSchema } from './key-set-field.js';
import { colorPattern, textsBounds } from './member-checks.js';
import { webAddressSchema } from '../resource/field-checks.js';
import { byKind, type ByKind, type ClientMember } from '../protocol/client-metadata/member.js';

const patternOf = (shown: true | undefined): { pattern?: string } =>
  shown ? { pattern: shownText.pattern.source } : {};

/** The schema of a value of each kind. */
const valueSchema: ByKind<ApiPropertyOptions> = {
  text: ({ maxLength, shown }) => ({ type: String, minLength: 1, maxLength, ...patternOf(shown) }),
  webAddress: () => ({ ...webAddressSchema }),
  color: () => ({ type: String, pattern: colorPattern.source }),
  flag: () => ({ type: Boolean }),
  choice: ({ values, default: value }) => ({
    type: String,
    // In OpenAPI 3.0 an enum lists null where the value is nullable.
    enum: value === null ? [...values, null] : [...values],
  }),
  texts: ({ format, shown }) => ({
    type: 'array',
    maxItems: textsBounds.maxItems,
    uniqueItems: true,
    items: {
      type: 'string',
      minLength: textsBounds.minLength,
      maxLength: textsBounds.maxLength,
      ...patternOf(shown),
      ...(format === undefined ? {} : { format }),
    },
  }),
  choices: ({ values }) => ({
    type: 'array',
    uniqueItems: true,
    items: { type: 'string', enum: [...values] },
  }),
  flagOrChoices: ({ values }) => ({
    // A type is asked for, and left out of the document beside oneOf.
    type: Object,
    oneOf: [
      { type: 'boolean' },
      { type: 'array', uniqueItems: true, items: { type: 'string', enum: [...values] } },
    ],
  }),
  integer: ({ min, max }) => ({ type: 'integer', minimum: min, maximum: max }),
  keySet: () => ({ ...keySetSchema }) as ApiPropertyOptions,
  scope: ({ maxLength }) => ({ type: String, maxLength, pattern: scopeValues.source }),
};

/** What a member that people read says beside its meaning. */
const inLanguages =
  'In another language under its name with a language tag (BCP 47), such as `client_name#de`';

/**
 * The description of a member in the OpenAPI document. If the entry has no example, the default is the example. Without one,
 * Swagger UI would invent a value.
 */
export function memberDescription(member: ClientMember): ApiPropertyOptions {
  const { spec, default: value } = member;
  const meaning = member.translatable ? `${member.meaning}. ${inLanguages}` : member.meaning;
  const known = typeof value === 'function' ? undefined : value;
  return Object.assign(
    byKind(valueSchema, member),
    {
      required: false,
      description: spec === undefined ? meaning : `${meaning} (${spec})`,
      example: member.example ?? known,
    },
    known === null ? { nullable: true } : {},
    known === null || known === undefined ? {} : { default: known },
  );
}
