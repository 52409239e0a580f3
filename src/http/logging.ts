import type { LoggerService } from '@nestjs/common';
import type { FastifyBaseLogger, FastifyInstance, FastifyServerOptions } from 'fastify';
import { addressOf } from './network.js';

/** JSON lines with request ids, and further members if there are any. Only the method and path of a request are logged: queries and headers hold codes and tokens. */
export function loggerOptions(level: string, members?: () => object): FastifyServerOptions['logger'] {
  return {
    level,
    ...(members && { mixin: members }),
    serializers: {
      req: ({ method, url, ip, socket }) => ({
        method,
        path: url?.split('?', 1)[0],
        address: addressOf({ ip, socket }),
      }),
    },
  };
}

/** Logs one line a request, once it is answered; adds no hook if the level hides it. */
export function logRequests(server: FastifyInstance, level: string): void {
  if (!['info', 'debug', 'trace'].includes(level)) return;
  server.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        method: request.method,
        path: request.raw.url?.split('?', 1)[0],
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        address: addressOf(request),
      },
      'answered',
    );
    done();
  });
}

/** Nest's lines about each module and route at start. */
const wiring = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);
/** Nest's context for errors at start, which are also thrown: main.ts prints them. */
const startFaults = new Set(['ExceptionHandler', 'NestApplication']);

/** Nest's log lines through the same logger. */
export class NestLogs implements LoggerService {
  constructor(private readonly logger: FastifyBaseLogger) {}

  log(message: unknown, ...context: unknown[]): void {
    const level = wiring.has(String(context.at(-1))) ? 'debug' : 'info';
    this.logger[level](lineOf(message, context));
  }

  error(message: unknown, ...context: unknown[]): void {
    if (!startFaults.has(String(context.at(-1)))) this.logger.error(lineOf(message, context));
  }

  warn(message: unknown, ...context: unknown[]): void {
    this.logger.warn(lineOf(message, context));
  }

  debug(message: unknown, ...context: unknown[]): void {
    this.logger.debug(lineOf(message, context));
  }

  verbose(message: unknown, ...context: unknown[]): void {
    this.logger.trace(lineOf(message, context));
  }

  fatal(message: unknown, ...context: unknown[]): void {
    this.logger.fatal(lineOf(message, context));
  }
}

function lineOf(message: unknown, context: unknown[]): Record<string, unknown> {
  const name = context.at(-1);
  return {
    ...(typeof name === 'string' ? { context: name } : {}),
    ...(message instanceof Error ? { err: message, msg: message.message } : { msg: String(message) }),
  };
}
