import cluster from 'node:cluster';
import type { Server, ServerResponse } from 'node:http';
import { constants } from 'node:os';
import { HttpException, type INestApplication } from '@nestjs/common';
import { SettingError } from './config/setting-error.js';
import type { Settings } from './config/settings.js';
import { Draining } from './http/draining.js';
import { exceptionMessage } from './http/exception-message.js';
import { formatted } from './start-up-output.js';

/** How long requests under way may take once the process no longer listens. */
const drainMilliseconds = 8_000;
/** How long everything else may then take to close. */
const closeMilliseconds = 2_000;

/**
 * Ends the process on SIGTERM and SIGINT with exit code 0. First it is no longer ready, and goes on serving requests, each with
 * `Connection: close`, so that load balancers and clients leave before it does. Then it accepts no new connections, answers the requests
 * under way (and cuts off those that take longer than eight seconds), and closes the database. A second signal ends it at once.
 */
export function stopOnSignals(app: INestApplication, settings: Settings): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    // Whoever looks after workers ends those that are to hurry; a service manager signals them beside it.
    if (stopping && cluster.isWorker) return;
    if (stopping) process.exit(128 + constants.signals[signal]);
    stopping = true;
    app.get(Draining).begin();
    const server: Server = app.getHttpServer();
    server.prependListener('request', (_request, response: ServerResponse) => {
      response.setHeader('connection', 'close');
    });
    setTimeout(() => end(app, settings), settings.shutdownDelay * 1_000);
  };
  process.on('SIGTERM', stop);
  // A terminal sends SIGINT to workers too, which wait for the word of the process that looks after them.
  process.on('SIGINT', cluster.isWorker ? () => undefined : stop);
}

function end(app: INestApplication, { production }: Settings): void {
  const server: Server = app.getHttpServer();
  // A kept-alive connection is closed as soon as its response is sent.
  setInterval(() => server.closeIdleConnections(), 50).unref();
  setTimeout(() => server.closeAllConnections(), drainMilliseconds).unref();
  const limit = drainMilliseconds + closeMilliseconds;
  const late = new Error(`could not stop within ${limit / 1_000} seconds`);
  setTimeout(() => fail(late, production), limit).unref();
  app.close().then(
    () => process.exit(0),
    (error: unknown) => fail(error, production),
  );
}

/**
 * Ends the process with exit code 1 and one line on stderr (for a configuration file one line a problem). Only a bug of ours
 * prints its stack.
 * @param production whether the lines are JSON, as all output of a server in production
 */
export function fail(error: unknown, production = false): never {
  const text = explain(error);
  const problems = error instanceof SettingError ? text.split('\n') : [text];
  const lines = production ? problems : [text.replace(/^(?! )/gm, 'eyrie: ')];
  process.stderr.write(formatted(lines, 'fatal', production));
  process.exit(1);
}

/** The reason and the remedy. */
function explain(error: unknown): string {
  if (error instanceof SettingError) return error.message;
  if (error instanceof HttpException) return exceptionMessage(error);
  if (isDatabaseFailure(error))
    return `DATABASE_URL: the database failed (${error.message}): check that it is whole and runs`;
  const {
    code,
    syscall,
    hostname,
    address = hostname,
    port,
    stack,
  } = error as NodeJS.ErrnoException & {
    address?: string;
    hostname?: string;
    port?: number;
  };
  const place = `${address}:${port}`;
  switch (syscall === 'listen' || syscall === 'getaddrinfo' ? code : undefined) {
    case 'EADDRINUSE':
      return `PORT: ${place} is in use: stop the program that listens there, or set PORT to another port`;
    case 'EACCES':
      return `PORT: this user may not listen on ${place}: set PORT to 1024 or above`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST: ${address} is not an address of this machine: set HOST to one, or to 0.0.0.0 for all`;
    default:
      return stack ?? String(error);
  }
}

/** A statement that the database refused or could not run; TypeORM keeps the driver's own error beside it. */
function isDatabaseFailure(error: unknown): error is Error {
  return error instanceof Error && 'driverError' in error;
}
