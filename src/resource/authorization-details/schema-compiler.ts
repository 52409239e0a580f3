import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import type { DetailTypeDefinition } from './definition.js';

/** What is wrong with an object, for the log; undefined if it conforms to the schema of its type. */
export type DetailCheck = (detail: AuthorizationDetail) => string | undefined;

/**
 * Compiles the schema of a type. An object has the type itself as a member, and no other that the schema does not know: "unknown fields"
 * are an error (RFC 9396 §5), unless the schema says otherwise.
 * @throws Error if it is not a JSON Schema
 */
export async function compileSchema({
  type,
  schema,
}: Pick<DetailTypeDefinition, 'type' | 'schema'>): Promise<DetailCheck> {
  // A server without types loads no validator.
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const { properties, required = [] } = schema as { properties?: object; required?: readonly string[] };
  // One that is forgotten together with what it compiled.
  const ajv = new Ajv2020({ strict: true, strictRequired: false, logger: false });
  const validate = ajv.compile({
    ...('unevaluatedProperties' in schema ? {} : { additionalProperties: false }),
    ...schema,
    type: 'object',
    properties: { ...properties, type: { const: type } },
    required: [...new Set(['type', ...required])],
  });
  return (detail) => {
    if (validate(detail)) return undefined;
    const [error] = validate.errors ?? [];
    return `${error?.instancePath ?? ''} ${error?.message ?? 'is invalid'}`.trim();
  };
}
