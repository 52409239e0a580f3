import type { OpenAPIObject } from '@nestjs/swagger';
import { auditEventNames } from '../../src/audit/events.js';
import { useServer } from '../support/server.js';
import { adminScopeNames } from '../../src/resource/rights.js';
import { AdminCaller } from '../support/admin-caller.js';

const methods = ['get', 'put', 'post', 'patch', 'delete'] as const;

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

interface Described {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

describe('The OpenAPI document of the admin API', () => {
  const server = useServer();
  let document: OpenAPIObject;
  let operations: Described[];

  beforeAll(async () => {
    document = (await (await fetch(`${server.issuer}/docs-json`)).json()) as OpenAPIObject;
    operations = Object.entries(document.paths)
      .filter(([path]) => path.startsWith('/admin'))
      .flatMap(([path, item]) =>
        methods.flatMap((method) => {
          const operation = item[method];
          return operation ? [{ method, path, operation }] : [];
        }),
      );
  });

  it('describes the operations, each under a name of its own and one of the tags', () => {
    const names = operations.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => /^[a-z]+[A-Za-z]+$/.test(name ?? ''))).toBe(true);
    expect(names).toEqual(
      expect.arrayContaining(['registerClient', 'listUsers', 'revokeGrant', 'revokeToken']),
    );

    const tags = (document.tags ?? []).map(({ name }) => name);
    for (const { operation } of operations) {
      expect(tags).toEqual(expect.arrayContaining(operation.tags ?? []));
      expect(operation.tags).toHaveLength(1);
      expect(operation.summary).toBeTruthy();
    }
  });

  it('says of each body that it is required and has no other members, and that is so', async () => {
    const admin = await AdminCaller.register(server);
    const withBody = operations.filter(
      ({ operation: { requestBody } }) =>
        requestBody && 'content' in requestBody && 'application/json' in requestBody.content,
    );
    expect(withBody.length).toBeGreaterThan(6);
    for (const { method, path, operation } of withBody) {
      expect({ path, body: operation.requestBody }).toMatchObject({ path, body: { required: true } });
      const { $ref } = (operation.requestBody as { content: Record<string, { schema: { $ref: string } }> })
        .content['application/json']!.schema;
      expect(document.components?.schemas?.[$ref.split('/').at(-1) ?? '']).toMatchObject({
        additionalProperties: false,
      });
      const send = (body?: object): Promise<{ status: number }> =>
        admin.call(method.toUpperCase(), path.slice('/admin'.length).replaceAll(/\{\w+\}/g, 'x'), body);
      expect({ path, status: (await send()).status }).toEqual({ path, status: 400 });
      expect({ path, status: (await send({ unheard_of: 1 })).status }).toEqual({ path, status: 400 });
    }
  });

  it('says of each operation which scope it needs, and that is what it demands', async () => {
    const reader = await AdminCaller.register(server, 'eyrie.admin.read');
    for (const { method, path, operation } of operations) {
      const scopes = (operation.security ?? []).flatMap(({ oauth2 }) => oauth2 ?? []);
      const reads = method === 'get';
      const right = (operation as unknown as Record<string, unknown>)['x-required-right'];
      expect(right).toMatch(reads ? /^eyrie\.[a-z]+\.read$/ : /^eyrie\.[a-z]+$/);
      expect({ path, scopes }).toEqual({
        path,
        scopes: reads
          ? [right, String(right).replace('.read', ''), 'eyrie.admin.read', 'eyrie.admin'].filter((scope) =>
              adminScopeNames.includes(String(scope)),
            )
          : [right, 'eyrie.admin'],
      });
      for (const scope of scopes) expect(operation.description).toContain(`\`${scope}\``);

      const concrete = path.slice('/admin'.length).replace(/\{\w+\}/g, 'none');
      const { status: withoutToken } = await reader.withToken('').call(method.toUpperCase(), concrete);
      const { status: withReading } = await reader.call(method.toUpperCase(), concrete);
      expect({ path, withoutToken }).toEqual({ path, withoutToken: 401 });
      expect({ path, refused: withReading === 403 }).toEqual({ path, refused: !reads });
    }
  });

  it('describes what each operation answers and how it refuses', () => {
    for (const { path, operation } of operations) {
      const isForesight = ([status]: [string, unknown]): boolean =>
        status === '200' && '204' in operation.responses;
      const success = Object.entries(operation.responses).filter(
        (entry) => entry[0].startsWith('2') && !isForesight(entry),
      );
      expect(success).toHaveLength(1);
      const [[status, response] = []] = success;
      expect({ path, hasBody: schemaOf(response) !== undefined }).toEqual({
        path,
        hasBody: status !== '204',
      });

      const refusals = ['400', '401', '403', ...(path.includes('{') ? ['404'] : [])];
      for (const refusal of refusals) {
        expect({ path, refusal, schema: schemaOf(operation.responses[refusal]) }).toEqual({
          path,
          refusal,
          schema: { $ref: expect.stringMatching(/ProblemDto$/) },
        });
      }
    }
  });

  it('describes each parameter and each field of a body', () => {
    for (const { path, operation } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters = (operation.parameters ?? []) as { name: string; in: string; schema?: object }[];
      expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(
        named,
      );
      expect(parameters.every(({ schema }) => schema)).toBe(true);
    }
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
      if (!('properties' in schema)) throw new Error(`${name} has no properties`);
      for (const property of Object.values(schema.properties ?? {}))
        expect(Object.keys(property).some((key) => ['type', '$ref', 'oneOf', 'allOf'].includes(key))).toBe(
          true,
        );
    }
  });

  it('lists every audit event by name, as what is returned and as what is asked for', () => {
    const { event } = propertiesOf(document, 'AuditEventDto');
    const list = operations.find(({ operation }) => operation.operationId === 'listAuditEvents')?.operation;
    const asked = (list?.parameters ?? []).find(
      (parameter) => 'name' in parameter && parameter.name === 'event',
    );

    expect(event).toMatchObject({ enum: auditEventNames });
    expect(asked).toMatchObject({ schema: { enum: auditEventNames } });
  });

  it('holds no reference to what it does not define', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
    const defined = Object.keys(document.components?.schemas ?? {});
    expect(references.length).toBeGreaterThan(0);
    expect(defined).toEqual(expect.arrayContaining(references.map(([, name]) => name)));
  });

  it('tells how to get a token: authorization code at this issuer, with the admin scopes', () => {
    expect(document.openapi).toMatch(/^3\./);
    expect(document.components?.securitySchemes).toEqual({
      oauth2: {
        type: 'oauth2',
        flows: {
          authorizationCode: {
            authorizationUrl: `${server.issuer}/authorize`,
            tokenUrl: `${server.issuer}/token`,
            scopes: Object.fromEntries(adminScopeNames.map((name) => [name, expect.any(String)])),
          },
        },
      },
    });
  });

  it.each([
    '/docs',
    '/docs/',
    '/docs/swagger-ui-init.js',
    '/docs/oauth2-redirect.html',
    '/docs/oauth2-redirect.js',
    '/docs/sign-in.js',
  ])('%s is served with a policy that keeps third parties out', async (path) => {
    const response = await fetch(server.issuer + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|\*/);
    expect(await response.text()).not.toMatch(/(src|href)=["']?(https?:)?\/\//);
  });

  it('Swagger UI is told its client, PKCE and where to come back', async () => {
    const script = await (await fetch(`${server.issuer}/docs/swagger-ui-init.js`)).text();
    expect(script).toContain('"clientId": "eyrie-swagger-ui"');
    expect(script).toContain('"usePkceWithAuthorizationCodeGrant": true');
    expect(script).toContain(`"oauth2RedirectUrl": "${server.issuer}/docs/oauth2-redirect.html"`);
    expect(script).toContain('"validatorUrl": null');
  });
});

function propertiesOf(document: OpenAPIObject, name: string): Record<string, object> {
  const schema = document.components?.schemas?.[name];
  return schema && 'properties' in schema ? (schema.properties ?? {}) : {};
}

function schemaOf(response: unknown): object | undefined {
  const { content } = response as { content?: Record<string, { schema?: object }> };
  const file = content?.['text/csv'];
  return (content?.['application/json'] ?? content?.['application/problem+json'] ?? file)?.schema;
}
