import type { OpenAPIObject } from '@nestjs/swagger';
import { endpoints } from '../../../src/config/endpoints.js';
import type { TestServer } from '../../support/server.js';
import { type Route, routesOf } from './routes.js';

type Schemas = NonNullable<OpenAPIObject['components']>['schemas'];
type Schema = NonNullable<Schemas>[string];

/** Where requests go, and what a sound one looks like. */
export interface Target extends Route {
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

/** What a client may say of itself where it registers itself: no document of ours describes it. */
const selfDescription = {
  client_name: 'Newcomer',
  redirect_uris: ['https://fuzz.example.com/callback'],
  post_logout_redirect_uris: ['https://fuzz.example.com/bye'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks: {
    keys: [
      {
        kty: 'EC',
        crv: 'P-256',
        x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
        y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
      },
    ],
  },
  scope: 'openid',
  default_max_age: 60,
  contacts: ['fuzz@example.com'],
};

/** Every route of the server; where the OpenAPI document tells more of it, with that. */
export async function findTargets(server: TestServer): Promise<Target[]> {
  const document = (await (await fetch(server.issuer + endpoints.docsJson)).json()) as OpenAPIObject;
  const described = new Map(operationsOf(document).map((target) => [keyOf(target), target]));
  const all = routesOf(server).map((route): Target => {
    const isRegistration =
      route.path.startsWith(endpoints.register) && ['POST', 'PUT'].includes(route.method);
    return (
      described.get(keyOf(route)) ?? {
        ...route,
        parameters: [],
        administers: false,
        ...(isRegistration ? { body: selfDescription } : {}),
      }
    );
  });
  return all.flatMap((target) => (isPlain(target) ? [target] : [target, target, target]));
}

/** The paths of the endpoints that both discovery documents name, and of the operations of the OpenAPI document. */
export async function announcedPaths(server: TestServer): Promise<Set<string>> {
  const read = async (path: string): Promise<object> =>
    (await (await fetch(server.issuer + path)).json()) as object;
  const paths = new Set(Object.keys(((await read(endpoints.docsJson)) as OpenAPIObject).paths));
  for (const document of [endpoints.openidConfiguration, endpoints.oauthAuthorizationServer]) {
    for (const value of Object.values(await read(document)) as unknown[]) {
      if (typeof value === 'string' && value.startsWith(`${server.issuer}/`))
        paths.add(value.slice(server.issuer.length));
    }
  }
  return paths;
}

const keyOf = ({ method, path }: Route): string => `${method} ${path}`;

const isPlain = ({ path }: Route): boolean => plain.has(path) || path.startsWith(`${endpoints.docs}/`);

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
