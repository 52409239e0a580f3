import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { endpoints } from './config/endpoints.js';
import type { Settings } from './config/settings.js';
import { swaggerUiClientId } from './provisioning/built-in-clients.js';
import { adminSecurity } from './resource/admin-api.js';
import { adminScopes } from './resource/resource-catalogue.js';

const description = `Administers clients, users, resources, grants and tokens.

**To try it here**, press *Authorize* and sign in as an administrator. **Services** register a client with
the grant type \`client_credentials\` and one of the scopes, and send its access tokens as \`Authorization: Bearer …\`.

Times are seconds since the epoch, UTC. Lists come in pages: pass the \`next\` of one as \`after\` for the next.`;

const tags = {
  Clients: 'The applications that ask for tokens',
  'Registration tokens': 'With which clients register themselves, where the settings allow it',
  Users: 'The people who sign in, and where they are signed in',
  Resources: 'The services that tokens are for, with their scopes',
  Grants: 'Who let which client do what',
  Tokens: 'Opaque access tokens that live',
  Audit: 'What happened, and who did it',
  'Logout deliveries': 'Which clients were told of the end of a session, and which are still to be',
  health: 'Whether the service runs',
};

/**
 * Swagger UI runs scripts of its own origin only. It writes its style into the page, and draws its icons from data URLs.
 */
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
  // Made when first asked for: it takes time that a start need not.
  SwaggerModule.setup(endpoints.docs, app, () => (document ??= describeAdminApi(app, settings)), {
    jsonDocumentUrl: endpoints.docsJson,
    raw: ['json'],
    customSiteTitle: 'Eyrie admin API',
    customfavIcon: '/icon.svg',
    customCss: '.swagger-ui .topbar { display: none }',
    swaggerOptions: {
      oauth2RedirectUrl: settings.issuer + endpoints.docsRedirect,
      initOAuth: {
        clientId: swaggerUiClientId,
        usePkceWithAuthorizationCodeGrant: true,
        scopes: Object.keys(adminScopes),
      },
      displayRequestDuration: true,
      defaultModelsExpandDepth: 0,
      // The document is never sent to the validator of a third party.
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
function describeAdminApi(app: NestFastifyApplication, { issuer }: Settings): OpenAPIObject {
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
  for (const [tag, meaning] of Object.entries(tags)) builder.addTag(tag, meaning);
  return SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (_controller, method) => method,
  });
}
