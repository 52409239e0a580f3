import type { FastifyRequest } from 'fastify';
import type { PasswordStrength } from '../../crypto/password-rules.js';
import type { ProvenUser } from '../../sessions/sessions.js';
import type { FactorName } from '../../protocol/factors.js';
import type { OutdatedDirectoryPassword, SignInProgress } from '../sign-in-progress.js';
import type { Text } from '../../locales/message.js';
import type { LinkedUpstream } from '../upstream/identity-linking.js';
import type { UpstreamPerson } from '../upstream/mapping.js';

/** The outcome of an answer to a factor's page. */
export type FactorOutcome =
  | {
      readonly kind: 'proven';
      readonly user: ProvenUser;
      readonly username: string;
      /** RFC 8176 §2. */
      readonly methods: readonly string[];
      readonly outdatedPassword?: OutdatedDirectoryPassword;
    }
  /** `message` says why, as a sentence for the resource owner. */
  | {
      readonly kind: 'refused';
      readonly message: Text;
      /** Of a new password. */
      readonly strength?: PasswordStrength | undefined;
    }
  /** There were too many failures. */
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number; readonly message?: Text }
  /** The answer was not checked, since too many others are. */
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number };

/** A password of a directory was right, and nobody here is linked to that person: they sign in here first. */
export interface UnlinkedOutcome {
  readonly kind: 'unlinked';
  readonly upstream: LinkedUpstream;
  readonly person: UpstreamPerson;
}

/** One way in which people prove who they are. */
export interface Factor {
  /** The name in settings, and in the field `factor` of its form. */
  readonly name: FactorName;
  /**
   * Checks the form that its page posted to `/login`. It asks the throttle before it looks at the answer, and counts a failure there
   * and in the audit trail.
   * @param progress who has begun to sign in; undefined if nobody has
   */
  check(
    request: FastifyRequest,
    progress: SignInProgress | undefined,
  ): Promise<FactorOutcome | UnlinkedOutcome>;
  /**
   * Does what has to be done before its page is shown, such as sending a code. Absent if there is nothing to do.
   * @param isAsked whether the person asks for it, though it may have been done before
   */
  prepare?(progress: SignInProgress, request: FastifyRequest, isAsked: boolean): Promise<PreparedFactor>;
}

/** The sign-in under way as the page of a factor is to continue it, or why the page cannot be answered. */
export type PreparedFactor = { readonly kind: 'prepared'; readonly progress: SignInProgress } | FailedOutcome;

/** Why a proof failed. */
export type FailedOutcome = Exclude<FactorOutcome, { kind: 'proven' }>;
