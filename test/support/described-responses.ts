import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

/** What was answered. */
interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface DescribedResponse {
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

/** The operations of a document, each with the pattern of its path. */
interface Operation {
  readonly id: string;
  readonly method: string;
  readonly pattern: RegExp;
  readonly parameters: number;
  readonly responses: Readonly<Record<string, DescribedResponse>>;
}

/** Whether a path can be decoded. Otherwise, the router refuses it, before it knows the operation. */
function isWellEncoded(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** The responses that the OpenAPI document of the admin API describes. */
class DescribedResponses {
  private readonly ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  private readonly operations: readonly Operation[];
  private readonly checks = new Map<string, ValidateFunction>();

  constructor(document: OpenAPIObject) {
    formats.default(this.ajv);
    this.ajv.addSchema({ $id: 'document', components: toJsonSchema(document.components) as object });
    this.operations = Object.entries(document.paths)
      .flatMap(([path, item]) =>
        Object.entries(item as Record<string, { operationId?: string; responses?: object }>).map(
          ([method, { operationId = '', responses = {} }]) => ({
            id: operationId,
            method: method.toUpperCase(),
            pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
            parameters: path.split('{').length,
            responses: responses as Operation['responses'],
          }),
        ),
      )
      .toSorted((left, right) => left.parameters - right.parameters);
  }

  /** @returns how a response differs from what the document says of it; undefined if it does not */
  difference(method: string, path: string, { status, headers, text }: Answered): string | undefined {
    const operation = this.operations.find((one) => one.method === method && one.pattern.test(path));
    if (!operation || !isWellEncoded(path)) return undefined;
    const { id, responses } = operation;
    const key = String(status) in responses ? String(status) : 'default';
    const described = key === 'default' && status < 400 ? undefined : responses[key];
    if (!described) return `${id} answers ${status}, which its description does not have`;
    const { content } = described;
    const mediaType = headers.get('content-type')?.split(';', 1)[0] ?? '';
    if (content === undefined) return text === '' ? undefined : `${id} ${status} has a body: ${text}`;
    if (!(mediaType in content)) return `${id} ${status} is of the type ${mediaType}`;
    if (!/[/+]json$/.test(mediaType)) return undefined;
    const check = this.checkOf(`${id} ${key} ${mediaType}`, content[mediaType]?.schema ?? {});
    if (check(JSON.parse(text))) return undefined;
    const faults = (check.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
    );
    return [`${id} ${status} is not as described:`, ...faults, text.slice(0, 2_000)].join('\n');
  }

  private checkOf(key: string, schema: object): ValidateFunction {
    const known = this.checks.get(key);
    if (known) return known;
    const check = this.ajv.compile(toJsonSchema(schema) as object);
    this.checks.set(key, check);
    return check;
  }
}

/**
 * A schema of OpenAPI 3.0 as JSON Schema: `nullable` becomes a type. Where the members of an object are described, it has no others.
 */
function toJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  const {
    nullable,
    example: _example,
    discriminator: _discriminator,
    ...rest
  } = schema as Record<string, unknown>;
  // URLs are those of browsers, of which RFC 3986 knows fewer.
  const members = Object.entries(rest).filter(([name, value]) => !(name === 'format' && value === 'uri'));
  const converted = Object.fromEntries(
    members.map(([name, value]) => [
      name,
      name === '$ref' ? String(value).replace('#/', 'document#/') : toJsonSchema(value),
    ]),
  );
  if (typeof converted['properties'] === 'object' && converted['type'] === 'object') {
    converted['additionalProperties'] ??= false;
    // Members in other languages (RFC 7591 §2.2).
    converted['patternProperties'] ??= { '^[a-z_]+#': {} };
  }
  return nullable === true ? { anyOf: [converted, { type: 'null' }] } : converted;
}

const byOrigin = new Map<string, Promise<DescribedResponses>>();

/**
 * Holds a response of the admin API to the OpenAPI document of the server that gave it.
 * @throws Error with the operation and where the body differs
 */
export async function holdToDescription(url: URL, method: string, answered: Answered): Promise<void> {
  const at = url.pathname.indexOf('/admin/');
  const base = url.origin + url.pathname.slice(0, at);
  let described = byOrigin.get(base);
  if (!described) {
    described = readDocument(base);
    byOrigin.set(base, described);
  }
  const difference = (await described).difference(method, url.pathname.slice(at), answered);
  if (difference !== undefined) throw new Error(difference);
}

async function readDocument(base: string): Promise<DescribedResponses> {
  const response = await fetch(`${base}/docs-json`);
  return new DescribedResponses((await response.json()) as OpenAPIObject);
}
