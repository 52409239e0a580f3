import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { ServerOptions as HttpsOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import cookie from '@fastify/cookie';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import { TokenEvents } from './audit/token-events.js';
import { TokenUses } from './token/token-uses.js';
import { MetadataPipe } from './clients/metadata-pipe.js';
import { AppModule } from './app.module.js';
import type { Clock } from './config/clock.js';
import { endpoints } from './config/endpoints.js';
import { SettingError } from './config/setting-error.js';
import type { Settings } from './config/settings.js';
import { refuseUnreadable } from './http/client-errors.js';
import { allowCrossOrigin } from './http/cors.js';
import { linkBelow, pathWithinIssuer } from './http/issuer-path.js';
import { trustedProxies, warnOfUntrustedProxies } from './http/forwarding.js';
import { acceptEmptyJson, acceptLargeScimBodies, refuseDeepJson } from './http/json-bodies.js';
import { pacePages } from './http/paced-pages.js';
import { RouterErrors } from './http/router-errors.js';
import { RequiredBodyPipe } from './http/required-body.pipe.js';
import { acceptFiles } from './http/streamed-bodies.js';
import { refuseUnknownRoutes } from './http/unknown-routes.js';
import { requestTimeoutMilliseconds, serverTimeouts } from './http/request-timeouts.js';
import { maxIdentifierLength } from './resource/path-parameters.js';
import { Metrics } from './telemetry/metrics.js';
import type { Traces } from './telemetry/traces/traces.js';
import { loggerOptions, logRequests, NestLogs } from './http/logging.js';
import { serveDocs } from './swagger.js';

/** A larger request body is answered with 413. */
const maxBodyBytes = 64 * 1_024;

/** Characters in a path parameter: the identifier of a resource, each percent-encoded. */
const maxPathParameterLength = 3 * maxIdentifierLength;

/** The TLS handshake asks for a certificate and accepts none, and self-signed ones: whether one is good is decided later. */
const clientCertificates = { requestCert: true, rejectUnauthorized: false };

/**
 * TLS 1.3, and TLS 1.2 with what RFC 9325 §4.2.1 recommends: AEAD with forward secrecy (FAPI 2.0 Security Profile §5.2.1). No CBC.
 */
const tlsVersions = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
  ].join(':'),
} as const;

/** The whole application, ready to listen. */
export async function createApplication(settings: Settings, clock?: Clock): Promise<NestFastifyApplication> {
  const traces = await startTraces(settings);
  const withinIssuer = (request: IncomingMessage): string => pathWithinIssuer(request, settings.issuerPath);
  const routerErrors = new RouterErrors(securityHeaders(settings));
  const adapter = new FastifyAdapter({
    logger: loggerOptions(settings.logLevel, traces && (() => traces.logMembers())),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: maxBodyBytes,
    routerOptions: { maxParamLength: maxPathParameterLength },
    trustProxy: trustedProxies(settings),
    ...(settings.issuerPath === '' ? {} : { rewriteUrl: withinIssuer }),
    forceCloseConnections: 'idle',
    // What still arrives on a kept-alive connection is served until it is closed.
    return503OnClosing: false,
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (...failed: Parameters<RouterErrors['answer']>) => routerErrors.answer(...failed),
    requestTimeout: requestTimeoutMilliseconds,
    ...(settings.tls ? { https: httpsOptions(settings.tls, settings) } : { http: serverTimeouts }),
  });
  const server = adapter.getInstance<FastifyInstance>();
  traces?.watch(server);
  logRequests(server, settings.logLevel);
  warnOfUntrustedProxies(server, settings);
  allowCrossOrigin(server);
  addSecurityHeaders(server, settings);
  linkBelow(server, settings.issuerPath);
  refuseUnknownRoutes(server);
  refuseDeepJson(server);
  // Forms stay unparsed: the protocol rules look at repeated parameters and at their encoding.
  acceptEmptyJson(server);
  acceptLargeScimBodies(server);
  pacePages(server);
  acceptFiles(server, (path) => path === endpoints.userImports);
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, body),
  );

  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for(settings, clock), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: new NestLogs(server.log),
  });
  routerErrors.useServices(app);
  app.get(Metrics).watch(server);
  app.get(TokenEvents).watch(server);
  app.get(TokenUses).watch(server);
  await app.register(cookie);
  app.useGlobalPipes(new RequiredBodyPipe(), new MetadataPipe());
  serveDocs(app, settings);
  return app;
}

/** OpenTelemetry is loaded only where traces are wanted. It records from now on, so that whatever is made later can be timed. */
async function startTraces(settings: Settings): Promise<Traces | undefined> {
  const { collector } = settings.traces;
  if (collector === undefined) return undefined;
  const { Traces } = await import('./telemetry/traces/traces.js');
  return new Traces(collector, settings);
}

/** Sets the headers of every response. */
function securityHeaders({ issuer }: Settings): (reply: FastifyReply) => void {
  const secure = issuer.startsWith('https:');
  return (reply) => {
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'same-origin');
    if (secure) reply.header('strict-transport-security', 'max-age=31536000');
  };
}

function addSecurityHeaders(server: FastifyInstance, settings: Settings): void {
  const setHeaders = securityHeaders(settings);
  server.addHook('onRequest', (_request, reply, done) => {
    setHeaders(reply);
    done();
  });
}

function httpsOptions(tls: NonNullable<Settings['tls']>, { mtls }: Settings): HttpsOptions {
  return {
    ...readTls(tls),
    ...(mtls ? clientCertificates : {}),
    ...tlsVersions,
    ...serverTimeouts,
    handshakeTimeout: requestTimeoutMilliseconds,
  };
}

/**
 * The certificate and key for https.
 * @throws SettingError when they cannot be read or do not belong together
 */
export function readTls({ certFile, keyFile }: NonNullable<Settings['tls']>): { cert: Buffer; key: Buffer } {
  const read = (name: string, file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (error) {
      throw new SettingError(
        `${name}: cannot read ${file} (${(error as Error).message}): correct the path, or let this user read it`,
      );
    }
  };
  const pair = { cert: read('EYRIE_TLS_CERT', certFile), key: read('EYRIE_TLS_KEY', keyFile) };
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new SettingError(
      `EYRIE_TLS_CERT, EYRIE_TLS_KEY: ${certFile} and ${keyFile} are not a certificate and its key in PEM form (${(error as Error).message})`,
    );
  }
  return pair;
}
