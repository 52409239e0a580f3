import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ProvenUser } from '../../sessions/sessions.js';
import type { SignInPage } from '../../views/page-models.js';
import type { FactorMethods } from '../policy.js';
import type { Text } from '../../locales/message.js';

/** What a sign-in needs to know of a user beside who it is. */
export interface ProvenAccount {
  readonly username: string;
  readonly passwordChangeRequired: boolean;
}

/** The outcome of an answer to a factor's page. */
export type FactorOutcome =
  | { readonly kind: 'proven'; readonly user: ProvenUser; readonly account: ProvenAccount }
  /** `message` says why, as a sentence for the resource owner. */
  | { readonly kind: 'refused'; readonly message: Text }
  /** There were too many failures. */
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** The answer was not checked, since too many others are. */
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number };

/** One way in which people prove who they are. */
export interface Factor extends FactorMethods {
  /** Renders its page, whose form posts to `/login`. */
  page(page: SignInPage, reply: FastifyReply): string;
  /**
   * Checks the form that its page posted. It asks the throttle before it looks at the answer, and counts a failure there and in the
   * audit trail.
   */
  check(request: FastifyRequest): Promise<FactorOutcome>;
}

/** Why a proof failed. */
export type FailedOutcome = Exclude<FactorOutcome, { kind: 'proven' }>;
