/** An attribute as RFC 7643 §7 describes it. What is omitted has the default of §2.2: read-write, returned by default, not unique. */
export interface Attribute {
  readonly name: string;
  readonly description: string;
  /** `string` if omitted. */
  readonly type?: 'string' | 'boolean' | 'integer' | 'complex' | 'reference' | 'dateTime';
  readonly multiValued?: true;
  readonly required?: true;
  readonly caseExact?: true;
  readonly mutability?: 'readOnly' | 'immutable';
  readonly returned?: 'always';
  readonly uniqueness?: 'server';
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
  /** The most characters of its text; 255 if omitted. */
  readonly maxLength?: number;
  /** Its text is a day, as in 2026-11-28. */
  readonly isDay?: true;
  /** What refusals call it; its name if omitted. */
  readonly path?: string;
}

export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

/** A kind of resources (RFC 7643 §6). */
export interface ResourceType {
  readonly name: 'User' | 'Group';
  readonly endpoint: '/Users' | '/Groups';
  readonly description: string;
  readonly schema: Schema;
  readonly extensions: readonly Schema[];
}

/** An attribute that a path names. */
export interface AttributePath {
  /** The URI of the extension that it belongs to; undefined for the core schema. */
  readonly extension: string | undefined;
  /** Undefined if the path names a whole extension. */
  readonly attribute: Attribute | undefined;
  readonly sub: Attribute | undefined;
}

/** The attributes of every resource (RFC 7643 §3.1), which its schema does not list. */
export const commonAttributes: readonly Attribute[] = [
  {
    name: 'schemas',
    description: 'The schemas of the resource',
    multiValued: true,
    type: 'reference',
    mutability: 'readOnly',
    returned: 'always',
  },
  {
    name: 'id',
    description: 'Its identifier at Eyrie',
    mutability: 'readOnly',
    returned: 'always',
    caseExact: true,
    uniqueness: 'server',
  },
  { name: 'externalId', description: 'Its identifier at the provisioning client', caseExact: true },
  {
    name: 'meta',
    description: 'What is known about the resource itself',
    type: 'complex',
    mutability: 'readOnly',
    subAttributes: [
      { name: 'resourceType', description: 'Its kind', mutability: 'readOnly', caseExact: true },
      { name: 'created', description: 'When it was created', type: 'dateTime', mutability: 'readOnly' },
      {
        name: 'lastModified',
        description: 'When it was last changed',
        type: 'dateTime',
        mutability: 'readOnly',
      },
      {
        name: 'location',
        description: 'Its URL',
        type: 'reference',
        mutability: 'readOnly',
        caseExact: true,
      },
      { name: 'version', description: 'Its entity tag', mutability: 'readOnly', caseExact: true },
    ],
  },
];

/** Names of attributes and URIs of schemas are compared in any case (RFC 7643 §2.1). */
export const sameName = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

export const named = (attributes: readonly Attribute[], name: string): Attribute | undefined =>
  attributes.find((attribute) => sameName(attribute.name, name));

/** What refusals call an attribute. */
export const titleOf = ({ name, path }: Attribute): string => path ?? name;

/**
 * Finds what a path without a filter names: `attribute`, `attribute.sub`, either after the URI of a schema, or the URI of an extension.
 * @returns undefined if the resource type has no such attribute
 */
export function resolvePath(type: ResourceType, path: string): AttributePath | undefined {
  for (const schema of [...type.extensions, type.schema]) {
    if (!path.toLowerCase().startsWith(schema.id.toLowerCase())) continue;
    const extension = schema === type.schema ? undefined : schema.id;
    const rest = path.slice(schema.id.length);
    if (rest === '')
      return extension === undefined ? undefined : { extension, attribute: undefined, sub: undefined };
    return rest.startsWith(':') ? within(schema.attributes, rest.slice(1), extension) : undefined;
  }
  return within([...type.schema.attributes, ...commonAttributes], path, undefined);
}

function within(
  attributes: readonly Attribute[],
  path: string,
  extension: string | undefined,
): AttributePath | undefined {
  const [name = '', subName, ...more] = path.split('.');
  const attribute = named(attributes, name);
  if (!attribute || more.length > 0) return undefined;
  // Of a list of texts, `value` is the text itself.
  const isText = attribute.multiValued && attribute.type !== 'complex' && sameName(subName ?? '', 'value');
  if (subName === undefined || isText) return { extension, attribute, sub: undefined };
  const sub = named(attribute.subAttributes ?? [], subName);
  return sub && { extension, attribute, sub };
}
