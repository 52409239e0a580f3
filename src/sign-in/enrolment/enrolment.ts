import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Originator } from '../../audit/originator.js';
import type { ProvenUser } from '../../sessions/sessions.js';
import type { EnrollableFactor, EnrolmentForm } from '../../views/factor-page-models.js';
import type { Pages } from '../../views/page-models.js';
import type { Message } from '../../locales/message.js';

/** Who sets up a factor. */
export interface EnrollingUser {
  readonly userId: string;
  readonly username: string;
}

/** The outcome of an answer to a page that sets up a factor. */
export type Enrolled =
  | {
      readonly kind: 'enrolled';
      /** With the version of the credentials that the change has led to. */
      readonly user: ProvenUser;
      /** What the answer has proven (RFC 8176 §2). */
      readonly methods: readonly string[];
      /** New recovery codes, if there were none. */
      readonly codes: readonly string[];
    }
  /** `message` says why, as a sentence for the resource owner. */
  | { readonly kind: 'refused'; readonly message: Message }
  /** The credentials were changed since the proof was checked. */
  | { readonly kind: 'outdated' };

export type SetUpPageName = 'one-time-code-setup' | 'passkey-setup';

/** How a factor is set up. */
export interface Enrolment<Page extends SetUpPageName = SetUpPageName> {
  readonly name: EnrollableFactor;
  readonly page: Page;
  /** What its page shows: the form of this request may be the one that is shown again. */
  begin(
    user: EnrollingUser,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Omit<Pages[Page], keyof EnrolmentForm>>;
  /** Checks the form that its page posted, and stores the factor. */
  confirm(user: ProvenUser, actor: Originator, request: FastifyRequest): Promise<Enrolled>;
}
