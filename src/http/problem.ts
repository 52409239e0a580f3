import { STATUS_CODES } from 'node:http';
import { BearerError } from '@eyrie/guard';
import { HttpException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { OAuthError } from '../protocol/errors.js';
import { noStore } from './headers.js';
import { type FieldPlace, type FieldViolation, InvalidFields } from './invalid-fields.js';

/** The media type of problem details (RFC 9457 §3). */
export const problemType = 'application/problem+json';

/** What is wrong with one field: a JSON pointer into the body as a URI fragment (RFC 6901 §6), or the name of a parameter or header. */
interface FieldProblem {
  readonly detail: string;
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
}

/**
 * Problem details (RFC 9457 §3.1). `statusCode`, `message`, `error` and `error_description` are extension members: they are what the
 * body was before there were problem details.
 */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
  readonly statusCode?: number;
  readonly message?: string | readonly string[];
  readonly error?: string;
  readonly error_description?: string;
}

/** What the details are made from. */
export interface Failed {
  readonly status: number;
  readonly code: string;
  readonly description: string;
}

/** The problem details of an exception that was described. */
export function problemOf(exception: unknown, failure: Failed): Problem {
  const { status, code, description } = failure;
  const title = STATUS_CODES[status] ?? 'Error';
  const messages = exception instanceof InvalidFields ? exception.violations.map(textOf) : undefined;
  const problem = {
    type: 'about:blank',
    title,
    status,
    detail: messages?.join('; ') ?? description,
  } as const;
  if (exception instanceof BearerError || exception instanceof OAuthError)
    return { ...problem, error: code, error_description: description };
  return {
    ...problem,
    ...(exception instanceof InvalidFields ? { errors: fieldProblems(exception) } : {}),
    statusCode: status,
    message: messages ?? description,
    ...(exception instanceof HttpException ? { error: title } : {}),
  };
}

/** Sends problem details. Headers of the error, such as WWW-Authenticate, have been set. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  noStore(reply);
  reply.status(problem.status).header('content-type', problemType).send(JSON.stringify(problem));
}

const textOf = ({ message }: FieldViolation): string => message;

const fieldProblems = ({ violations, place }: InvalidFields): FieldProblem[] =>
  violations.map(({ path, message }) => ({ detail: message, ...locationOf(path, place) }));

function locationOf(path: FieldViolation['path'], place: FieldPlace): Omit<FieldProblem, 'detail'> {
  if (place === 'body') return { pointer: pointerTo(path) };
  const name = path.join('.');
  return place === 'header' ? { header: name } : { parameter: name };
}

/** RFC 6901 §3 and §6. */
const pointerTo = (path: FieldViolation['path']): string =>
  `#${path.map((step) => `/${encodeURIComponent(String(step).replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')}`;
