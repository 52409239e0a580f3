import type { OpenAPIObject } from '@nestjs/swagger';
import { endpoints } from '../../../src/config/endpoints.js';
import type { TestServer } from '../../support/server.js';

type Schemas = NonNullable<OpenAPIObject['components']>['schemas'];
type Schema = NonNullable<Schemas>[string];

/** Where requests go, and what a sound one looks like. */
export interface Target {
  readonly method: string;
  /** Without query; `{name}` stands for a parameter. */
  readonly path: string;
  /** Names for the query that its description tells. */
  readonly parameters: readonly string[];
  /** A JSON body that the description allows. */
  readonly body?: unknown;
  readonly administers: boolean;
}

/** What answers everybody alike is asked less often. */
const plain: ReadonlySet<string> = new Set([
  endpoints.home,
  endpoints.jwks,
  endpoints.openidConfiguration,
  endpoints.oauthAuthorizationServer,
  endpoints.docs,
  endpoints.docsJson,
  endpoints.docsRedirect,
  endpoints.live,
  endpoints.ready,
]);

/** The endpoints of both discovery documents and of the OpenAPI document, and every other path of ours. */
export async function findTargets(server: TestServer): Promise<Target[]> {
  const read = async (path: string): Promise<unknown> => (await fetch(server.issuer + path)).json();
  const paths = new Set<string>(Object.values(endpoints));
  for (const document of [endpoints.openidConfiguration, endpoints.oauthAuthorizationServer]) {
    for (const value of Object.values((await read(document)) as Record<string, unknown>)) {
      if (typeof value === 'string' && value.startsWith(`${server.issuer}/`))
        paths.add(value.slice(server.issuer.length));
    }
  }
  const protocol: Target[] = [];
  for (const path of paths) {
    for (const method of ['GET', 'POST']) {
      const { status } = await fetch(server.issuer + path, { method, redirect: 'manual' });
      if (status !== 404 && status !== 405)
        protocol.push({ method, path, parameters: [], administers: false });
    }
  }
  const all = [...protocol, ...operationsOf((await read(endpoints.docsJson)) as OpenAPIObject)];
  return all.flatMap((target) => (plain.has(target.path) ? [target] : [target, target, target]));
}

function operationsOf(document: OpenAPIObject): Target[] {
  const schemas = document.components?.schemas;
  return Object.entries(document.paths).flatMap(([path, item]) =>
    (['get', 'put', 'post', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const parameters = (operation.parameters ?? []).flatMap((parameter) =>
        'in' in parameter && parameter.in === 'query' ? [parameter.name] : [],
      );
      const content =
        operation.requestBody && 'content' in operation.requestBody ? operation.requestBody.content : {};
      const schema = content['application/json']?.schema;
      return [
        {
          method: method.toUpperCase(),
          path,
          parameters,
          administers: path.startsWith(endpoints.admin),
          ...(schema ? { body: sampleOf(schema, schemas) } : {}),
        },
      ];
    }),
  );
}

/** A value that a schema allows, so far as its description tells. */
function sampleOf(schema: Schema, schemas: Schemas): unknown {
  if ('$ref' in schema) {
    const named = schemas?.[schema.$ref.split('/').at(-1) ?? ''];
    return named ? sampleOf(named, schemas) : {};
  }
  if (schema.example !== undefined) return schema.example;
  if (schema.enum) return schema.enum[0] as unknown;
  const [alternative] = schema.allOf ?? schema.oneOf ?? schema.anyOf ?? [];
  if (alternative) return sampleOf(alternative, schemas);
  switch (schema.type) {
    case 'array':
      return schema.items ? [sampleOf(schema.items, schemas)] : [];
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return schema.minimum ?? 60;
    case 'string':
      return schema.format === 'uri' ? 'https://fuzz.example.com/x' : 'fuzzed text';
    default:
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, property]) => [
          name,
          sampleOf(property, schemas),
        ]),
      );
  }
}
