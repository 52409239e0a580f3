import type { INestApplicationContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ExplainedErrors } from '../audit/explained-errors.js';
import { Browser } from './browser.js';
import { ErrorFilter } from './error.filter.js';
import { ErrorPages } from './page-error.js';

/**
 * Answers as every other error what the router itself refuses: a path with a `%` that begins no percent-encoding, or with a longer
 * parameter than any. No hook has run then: there are no cookies, and nobody else catches what is thrown.
 */
export class RouterErrors {
  private filter: ErrorFilter | undefined;

  constructor(private readonly setHeaders: (reply: FastifyReply) => void) {}

  /** To be called before the server listens. */
  useServices(app: INestApplicationContext): void {
    this.filter = new ErrorFilter(app.get(ErrorPages), app.get(Browser), app.get(ExplainedErrors));
  }

  answer(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
    this.setHeaders(reply);
    request.cookies = {};
    try {
      this.filter?.catch(error, new ExecutionContextHost([request, reply]));
    } catch (failure) {
      request.log.error({ err: failure }, 'an error could not be answered in the form of its endpoint');
      void reply.status(error.statusCode ?? 400).send();
    }
  }
}
