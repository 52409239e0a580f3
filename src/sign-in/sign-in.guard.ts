import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { formParameters } from '../http/forms.js';
import type { SignInOutcome } from './factors/password.strategy.js';

/** What a sign-in form posts, in the shape in which passport-local looks for it. */
export interface SignInForm {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly interaction: string | undefined;
}

/** A request that passed the guard: the outcome may still be a refusal, which the page tells. */
export type SignInRequest = FastifyRequest & { body: SignInForm; user: SignInOutcome };

/** Runs passport-local over the sign-in form. */
@Injectable()
export class SignInGuard extends AuthGuard('local') {
  override getRequest(context: ExecutionContext): FastifyRequest {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const form = formParameters(request);
    request.body = {
      username: form.get('username'),
      password: form.get('password'),
      interaction: form.get('interaction'),
    } satisfies SignInForm;
    // passport-local would look there too: a password does not belong in a URL.
    request.query = {};
    return request;
  }

  override handleRequest<Outcome = SignInOutcome>(error: unknown, outcome: Outcome | false): Outcome {
    if (error) throw error;
    // passport-local has no outcome where a field was left empty.
    return outcome || ({ kind: 'refused' } as Outcome);
  }
}
