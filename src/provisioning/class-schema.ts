import type { Type } from '@nestjs/common';
import { toJsonSchema } from './json-schema.js';

/** Where `@nestjs/swagger` keeps the names of the described fields of a class, each behind a colon. */
const fieldNames = 'swagger/apiModelPropertiesArray';
/** Where it keeps the description of a field. */
const fieldDescription = 'swagger/apiModelProperties';

/** The members of an object that are told, in the words of JSON Schema. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, object>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/**
 * The JSON Schema (draft 2020-12) of the fields of a class, from the same decorators by which they are checked and described in the OpenAPI
 * document. It has no other members: the reader refuses them, too.
 */
export function schemaOfClass({ prototype }: Type<object>): ObjectSchema {
  const names = (Reflect.getMetadata(fieldNames, prototype) as string[]).map((name) => name.slice(1));
  const described = names.map(
    (name) => [name, Reflect.getMetadata(fieldDescription, prototype, name) as Described] as const,
  );
  return {
    type: 'object',
    properties: Object.fromEntries(
      described.map(([name, description]) => [name, toJsonSchema(description)] as const),
    ),
    required: described.filter(([, { required }]) => required === true).map(([name]) => name),
    additionalProperties: false,
  };
}

type Described = Readonly<Record<string, unknown>> & { readonly required?: boolean };
