/** A part of a description in the words of OpenAPI 3.0. */
type Described = Readonly<Record<string, unknown>>;

/** The formats that JSON Schema knows (Validation §7.3) and that mean the same to the reader. */
const knownFormats: ReadonlySet<unknown> = new Set(['uri', 'email', 'uuid']);

/** What a text must not break that stands for something else until `${NAME}` in it is replaced. */
const textBounds = ['pattern', 'format', 'enum', 'minLength', 'maxLength'] as const;

/** A text with `${NAME}`, which the reader replaces by that environment variable before it checks the text. */
export const textWithReference = { type: 'string', pattern: '\\$\\{\\w+\\}' } as const;
/** Where a schema with descriptions from here keeps it. */
const referenced = { $ref: '#/$defs/textWithReference' } as const;

/**
 * A description of OpenAPI 3.0 as JSON Schema of draft 2020-12: `nullable` becomes a type, an example a list of them, and a text may hold a
 * reference to the environment in place of its value.
 */
export function toJsonSchema({
  required: _required,
  nullable,
  example,
  writeOnly: _writeOnly,
  isArray: _isArray,
  ...described
}: Described): object {
  const { description, default: preset, ...value } = described;
  const about = {
    ...(description === undefined ? {} : { description }),
    ...(preset === undefined ? {} : { default: preset }),
    ...(example === undefined || example === null ? {} : { examples: [example] }),
  };
  const schema = withReference(valueSchema(value));
  const alternatives = 'anyOf' in schema ? (schema.anyOf as object[]) : [schema];
  return nullable === true
    ? { ...about, anyOf: [...alternatives, { type: 'null' }] }
    : { ...about, ...schema };
}

function valueSchema({ type, oneOf, anyOf, items, format, ...others }: Described): Described {
  const alternatives = (oneOf ?? anyOf) as Described[] | undefined;
  if (alternatives) return { anyOf: alternatives.map(toJsonSchema) };
  const { enum: values, additionalProperties, properties, ...bounds } = others;
  return {
    type: typeNames.get(type) ?? type,
    ...bounds,
    ...(knownFormats.has(format) ? { format } : {}),
    ...(Array.isArray(values) ? { enum: values.filter((value) => value !== null) } : {}),
    ...(items === undefined ? {} : { items: toJsonSchema(items as Described) }),
    ...(properties === undefined ? {} : { properties: mapped(properties as Record<string, Described>) }),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            typeof additionalProperties === 'object'
              ? toJsonSchema(additionalProperties as Described)
              : additionalProperties,
        }),
  };
}

const mapped = (properties: Readonly<Record<string, Described>>): object =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, toJsonSchema(value)]));

/** Types that decorators name by their classes. */
const typeNames: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [String, 'string'],
  [Boolean, 'boolean'],
]);

const withReference = (schema: Described): Described =>
  schema.type === 'string' && textBounds.some((bound) => schema[bound] !== undefined)
    ? { anyOf: [schema, referenced] }
    : schema;
