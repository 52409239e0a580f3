import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { endpoints } from './config/endpoints.js';
import type { Settings } from './config/settings.js';
import { swaggerUiClientId } from './provisioning/built-in-clients.js';
import { adminSecurity } from './resource/admin-api.js';
import { adminScopes } from './resource/resource-catalogue.js';
import { adminScope } from './resource/rights.js';
import { findOperations } from './swagger-search.js';
import { readIcon, readSwaggerSignIn } from './views/static-asset.js';

declare global {
  /** From views/swagger-sign-in.js, in the browser. */
  var staySignedIn: (request: object) => object;
}

const description = `Administers clients, users, resources, grants and tokens.

**To try it here**, press *Authorize* and sign in as an administrator or as somebody with another role: you get the scopes that the role
allows. You stay signed in, over a reload too, until you press *Logout*, close the tab or end your session. **Services** use a client with the grant
type \`client_credentials\` and one of the scopes, and send its access token as \`Authorization: Bearer …\`.

Times are seconds since the epoch, UTC. Lists are paginated: send the \`next\` of one page as \`after\` to get the following one.`;

const tags = {
  Clients: 'Applications that request tokens',
  'Registration tokens': 'Initial access tokens, with which clients register themselves',
  Users: 'People who sign in, and their sessions',
  Jobs: 'Imports and exports of users, and how far they are',
  Groups: 'Groups of people, and their members',
  Organizations: 'Organizations for which people act, their members and the roles of members',
  Roles: 'Roles of the service, of clients and of resources, and who has them',
  Claims: 'Which claims about people tokens hold',
  Resources: 'Services that accept the tokens, with their scopes',
  'Assertion policies': 'Which clients are vouched for at the authorization servers of other companies',
  'Authorization details': 'Types of what clients may request beside scopes: one payment, one record',
  'Trusted issuers': 'Issuers whose assertions are exchanged for tokens, or authenticate clients',
  Upstreams: 'Identity providers of others, at which people sign in',
  Provisioning: 'Tokens with which directories provision users and groups over SCIM',
  Grants: 'What resource owners allowed clients to do',
  Tokens: 'Active opaque access tokens',
  Keys: 'Signing keys: next, active and retired ones',
  Audit: 'What was done, when and by whom, and why requests failed',
  'Logout deliveries': 'Back-channel logout requests: sent, pending and failed',
  health: 'Liveness and readiness',
};

/** Swagger UI runs scripts of its own origin only; it needs inline styles, and data URLs for its icons. */
const docsHeaders = {
  'cache-control': 'no-cache',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'x-frame-options': 'DENY',
};

/** Serves Swagger UI and the OpenAPI document of the admin API. */
export function serveDocs(app: NestFastifyApplication, settings: Settings): void {
  let document: OpenAPIObject | undefined;
  // Built at the first request: a start need not wait for it.
  SwaggerModule.setup(endpoints.docs, app, () => (document ??= describeAdminApi(app, settings)), {
    jsonDocumentUrl: endpoints.docsJson,
    raw: ['json'],
    customSiteTitle: 'Eyrie admin API',
    customfavIcon: settings.issuerPath + readIcon().href,
    customJs: settings.issuerPath + readSwaggerSignIn().href,
    customCss: '.swagger-ui .topbar { display: none }',
    swaggerOptions: {
      oauth2RedirectUrl: settings.issuer + endpoints.docsRedirect,
      initOAuth: {
        clientId: swaggerUiClientId,
        usePkceWithAuthorizationCodeGrant: true,
        // Narrowed to what the roles of the person allow.
        scopes: [adminScope.write, adminScope.read],
      },
      // Swagger UI gets its source, and runs it.
      requestInterceptor: (request: object) => globalThis.staySignedIn(request),
      displayRequestDuration: true,
      filter: true,
      plugins: [{ fn: { opsFilter: findOperations } }],
      defaultModelsExpandDepth: 0,
      // Swagger UI would send the document to a third party's validator.
      validatorUrl: null,
    },
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      const path = request.raw.url?.split('?', 1)[0] ?? '';
      if (path === endpoints.docs || path === endpoints.docsJson || path.startsWith(`${endpoints.docs}/`))
        reply.headers(docsHeaders);
      done();
    });
}

/** The OpenAPI document of the admin API. */
function describeAdminApi(app: NestFastifyApplication, { issuer, issuerPath }: Settings): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Eyrie admin API')
    .setDescription(description)
    .setVersion('1')
    .addOAuth2(
      {
        type: 'oauth2',
        flows: {
          authorizationCode: {
            authorizationUrl: issuer + endpoints.authorize,
            tokenUrl: issuer + endpoints.token,
            scopes: adminScopes,
          },
        },
      },
      adminSecurity,
    );
  if (issuerPath !== '') builder.addServer(issuerPath);
  for (const [tag, meaning] of Object.entries(tags)) builder.addTag(tag, meaning);
  return withStrictBodies(
    SwaggerModule.createDocument(app, builder.build(), {
      operationIdFactory: (_controller, method) => method,
    }),
  );
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;

/** The document with what the validation of requests adds: each body is required, and has no other members than those described. */
function withStrictBodies(document: OpenAPIObject): OpenAPIObject {
  const schemas = document.components?.schemas ?? {};
  for (const { get: _get, ...operations } of Object.values(document.paths)) {
    for (const { requestBody } of Object.values(operations as Record<string, Operation>)) {
      if (!requestBody || '$ref' in requestBody) continue;
      requestBody.required = true;
      const schema = requestBody.content['application/json']?.schema;
      const name = schema && '$ref' in schema ? schema.$ref.split('/').at(-1) : undefined;
      const described = name === undefined ? undefined : schemas[name];
      if (described && !('$ref' in described)) described.additionalProperties = false;
    }
  }
  return document;
}
