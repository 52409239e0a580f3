import { BearerError } from '@eyrie/guard';
import { type ArgumentsHost, Catch } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ExplainedErrors } from '../audit/explained-errors.js';
import { Browser } from '../http/browser.js';
import { ErrorFilter } from '../http/error.filter.js';
import { ErrorPages } from '../http/page-error.js';
import { RefusedCalls } from './refused-calls.js';

/** Records a call of the admin API that the guard refused, before it is answered as every error. */
@Catch(BearerError)
export class AdminRefusalFilter extends ErrorFilter {
  constructor(
    pages: ErrorPages,
    browser: Browser,
    explainedErrors: ExplainedErrors,
    private readonly calls: RefusedCalls,
  ) {
    super(pages, browser, explainedErrors);
  }

  override async catch(exception: BearerError, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    try {
      await this.calls.record(request, exception);
    } catch (error) {
      request.log.warn(`a refused call could not be recorded: ${(error as Error).message}`);
    }
    super.catch(exception, host);
  }
}
