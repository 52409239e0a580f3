import { BearerError } from '@eyrie/guard';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { BusyError } from '../crypto/busy-error.js';
import { DuplicateError } from '../persistence/duplicate-error.js';
import { outageOf } from '../persistence/dialects/dialects.js';
import { OAuthError, printable } from '../protocol/errors.js';
import { ScimError, scimErrorBody } from '../protocol/scim/scim-error.js';
import { Browser } from './browser.js';
import {
  allowedMethods,
  answersInOAuth,
  answersInProblems,
  answersInScim,
  isPage,
} from './endpoint-kinds.js';
import { noStore, pageHeaders } from './headers.js';
import { addressOf, networksOf } from './network.js';
import { namedClient } from './named-client.js';
import { ErrorPages, PageError, type PageErrorOptions } from './page-error.js';
import { problemOf, sendProblem } from './problem.js';
import { TooManyRequests } from './too-many-requests.js';
import { type ExplainedError, ExplainedErrors, type FailedRequest } from '../audit/explained-errors.js';
import { type Message, message, type Text, verbatim } from '../locales/message.js';
import { inEnglish } from '../locales/translator.js';

/** An error in the form that every renderer takes. */
interface Failure extends ExplainedError {
  readonly status: number;
  readonly title?: Text;
  /** What its page says, if that is more than the description for developers. */
  readonly text?: Text;
  /** What its page offers. */
  readonly page?: PageErrorOptions;
  /** Seconds after which the request may succeed. */
  readonly retryAfter?: number | undefined;
  /** Why the database cannot serve at present. */
  readonly outage?: string;
}

/** What a client waits for after an outage of the database, in seconds. */
const retryAfterOutage = 5;

/** The header with the reference for `/admin/explain`, on every back-channel error. */
const referenceHeader = 'eyrie-reference';

/**
 * The one place where an exception becomes a response: RFC 6749 §5.2 JSON at protocol endpoints, a page where a person is
 * waiting, problem details (RFC 9457) at the admin API, Nest's own JSON at the others. Bugs of ours are logged in full; the response has only their reference.
 */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly pages: ErrorPages,
    private readonly browser: Browser,
    private readonly explainedErrors: ExplainedErrors,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;

    const path = request.raw.url?.split('?', 1)[0] ?? '';
    const failure = this.withAllow(describe(exception), path, request, reply);
    if (failure.outage !== undefined) request.log.error(`a request failed: the database: ${failure.outage}`);
    else if (failure.status >= 500 && !(exception instanceof ScimError))
      request.log.error({ err: exception }, 'a request failed');
    const retryAfter =
      exception instanceof BusyError || exception instanceof TooManyRequests
        ? exception.retryAfterSeconds
        : failure.retryAfter;
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));

    if (exception instanceof PageError || (isPage(path) && wantsPage(request))) {
      const reference = this.explainedErrors.recordPage(failed(request), failure);
      this.sendPage(reply.status(failure.status), failure, request, reference);
      return;
    }
    const inOAuth = exception instanceof OAuthError || answersInOAuth(path);
    const isExplained = inOAuth || exception instanceof BearerError;
    const reference = isExplained ? this.explainedErrors.record(failed(request), failure) : undefined;
    if (reference !== undefined) reply.header(referenceHeader, reference);
    if (answersInScim(path)) {
      sendScim(reply.status(failure.status), exception, failure);
    } else if (answersInProblems(path)) {
      if (exception instanceof OAuthError) sendChallenge(reply, exception);
      sendProblem(reply, problemOf(exception, failure));
    } else if (inOAuth) sendOAuth(reply.status(failure.status), exception, failure);
    else sendNest(reply.status(failure.status), exception, failure);
  }

  /** A known path with a method that it does not support: 405 with Allow (RFC 9110 §15.5.6). */
  private withAllow(failure: Failure, path: string, request: FastifyRequest, reply: FastifyReply): Failure {
    if (failure.status !== 404) return failure;
    const methods = allowedMethods(path, request.server);
    if (methods.length === 0 || methods.includes(request.method)) return failure;
    reply.header('allow', methods.join(', '));
    return { status: 405, code: 'invalid_request', description: `use ${methods.join(' or ')} here` };
  }

  private sendPage(
    reply: FastifyReply,
    failure: Failure,
    request: FastifyRequest,
    reference: string | undefined,
  ): void {
    const { code, status, title, description, text = verbatim(description), page = {} } = failure;
    const signOutToken = page.offersSignOut ? this.browser.csrfToken(request, reply) : undefined;
    pageHeaders(reply);
    reply.send(
      this.pages.error(
        {
          title: title ?? message(status === 404 ? 'error.noPage' : 'error.failed'),
          code,
          message: text,
          advice: page.advice,
          links: page.links,
          signOutToken,
          reference,
        },
        reply,
      ),
    );
  }
}

/** The same for developers and on a page. */
const said = (text: Message): Pick<Failure, 'description' | 'text'> => ({
  description: inEnglish(text),
  text,
});

const failed = (request: FastifyRequest): FailedRequest => ({
  request,
  clientId: namedClient(request),
  networks: networksOf(addressOf(request)),
});

function describe(exception: unknown): Failure {
  if (exception instanceof OAuthError) return exception;
  if (exception instanceof ScimError)
    return { status: exception.status, code: 'invalid_request', description: exception.message };
  if (exception instanceof BearerError) return describeRefusal(exception);
  if (exception instanceof PageError) {
    return {
      status: exception.status,
      code: exception.code,
      title: exception.title,
      description: exception.message,
      text: exception.text,
      detail: exception.options.detail,
      page: exception.options,
    };
  }
  if (exception instanceof HttpException) {
    const status = exception.getStatus();
    const body = exception.getResponse();
    if (isOAuthBody(body)) return { status, code: body.error, description: body.error_description };
    return {
      status,
      code: status >= 500 ? 'server_error' : 'invalid_request',
      description: exception.message,
    };
  }
  // Two requests created the same at once, and the other was faster.
  if (exception instanceof DuplicateError)
    return {
      status: 409,
      code: 'invalid_request',
      description: 'another request has just created the same: send it again',
    };
  const { statusCode, message: reason } = exception as Partial<FastifyError>;
  // Fastify's own errors: a body that is too large, malformed, or of an unknown media type.
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return {
      status: statusCode,
      code: 'invalid_request',
      description: reason ?? 'the request is malformed',
    };
  }
  const outage = outageOf(exception);
  if (outage !== undefined) return unavailable(outage);
  return {
    status: 500,
    code: 'server_error',
    ...said(message('error.internal')),
    detail: 'an internal error: the log has it under the same reference',
  };
}

/** RFC 6749 §4.1.2.1: "currently unable to handle the request due to a temporary overloading or maintenance of the server". */
const unavailable = (outage: string): Failure => ({
  status: 503,
  code: 'temporarily_unavailable',
  title: message('error.tryAgain'),
  ...said(message('error.unavailable')),
  detail: `the database: ${outage}`,
  retryAfter: retryAfterOutage,
  outage,
});

/** The guard's error, with its finding if that says more than the description. */
function describeRefusal(refusal: BearerError): Failure {
  const { code, description, detail } = refusal;
  const hasOwnDetail = code !== 'missing_token' && detail !== description;
  return { status: refusal.getStatus(), code, description, detail: hasOwnDetail ? detail : undefined };
}

function sendOAuth(reply: FastifyReply, exception: unknown, failure: Failure): void {
  noStore(reply);
  if (exception instanceof OAuthError) sendChallenge(reply, exception);
  // RFC 6749 §5.2 answers every malformed request with 400, a wrong media type included.
  const status = failure.status === 415 ? 400 : failure.status;
  const body = exception instanceof HttpException ? exception.getResponse() : undefined;
  const more = exception instanceof OAuthError ? exception.parameters : {};
  reply
    .status(status)
    .send(
      isOAuthBody(body)
        ? body
        : { error: failure.code, error_description: printable(failure.description), ...more },
    );
}

/** A body that cannot be read is the only error of others that has a `scimType` (RFC 7644 §3.12). */
function sendScim(reply: FastifyReply, exception: unknown, { status, description }: Failure): void {
  noStore(reply);
  const scimType =
    exception instanceof ScimError ? exception.scimType : status === 400 ? 'invalidSyntax' : undefined;
  reply
    .header('content-type', 'application/scim+json; charset=utf-8')
    .send(JSON.stringify(scimErrorBody(status, description, scimType)));
}

function sendChallenge(reply: FastifyReply, { challenge }: OAuthError): void {
  if (challenge !== undefined) reply.header('www-authenticate', challenge);
}

function sendNest(reply: FastifyReply, exception: unknown, failure: Failure): void {
  noStore(reply);
  const body =
    exception instanceof HttpException && failure.status !== 405 ? exception.getResponse() : undefined;
  reply.send(typeof body === 'object' ? body : { statusCode: failure.status, message: failure.description });
}

function isOAuthBody(body: unknown): body is { error: string; error_description: string } {
  return typeof body === 'object' && body !== null && 'error_description' in body;
}

function wantsPage(request: FastifyRequest): boolean {
  return !request.headers.accept?.includes('application/json');
}
