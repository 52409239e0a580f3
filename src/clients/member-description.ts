import type { ApiPropertyOptions } from '@nestjs/swagger';
import { byKind, type ByKind, type ClientMember } from '../protocol/client-metadata/member.js';

/** The schema of a value of each kind. */
const valueSchema: ByKind<ApiPropertyOptions> = {
  text: ({ maxLength }) => ({ type: String, minLength: 1, maxLength }),
  webAddress: () => ({ type: String, format: 'uri', maxLength: 2_048 }),
  flag: () => ({ type: Boolean }),
  choice: ({ values }) => ({ type: String, enum: [...values] }),
  texts: () => ({ type: String, isArray: true }),
  choices: ({ values }) => ({ type: String, enum: [...values], isArray: true }),
  // @nestjs/swagger leaves this type out beside oneOf.
  flagOrChoices: ({ values }) => ({
    type: Array,
    oneOf: [{ type: 'boolean' }, { type: 'array', items: { type: 'string', enum: [...values] } }],
  }),
  integer: ({ min, max }) => ({ type: 'integer', minimum: min, maximum: max }),
  keySet: () => ({ type: Object }),
  scope: ({ maxLength }) => ({ type: String, maxLength }),
};

/**
 * The description of a member in the OpenAPI document. If the entry has no example, the default is the example. Without one,
 * Swagger UI would invent a value.
 */
export function memberDescription(member: ClientMember): ApiPropertyOptions {
  const { meaning, spec, default: value } = member;
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
