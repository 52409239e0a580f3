import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Subjects } from '../clients/subjects.js';
import type { AuthorizationInteraction } from '../interaction/interaction.js';
import type { ActiveSession, HeldSession } from '../persistence/stores/sessions.store.js';
import { emailKey, usernameKey } from '../persistence/stores/users.store.js';
import { Sessions } from '../sessions/sessions.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { asksForSubject, isMeant } from './interaction-policy.js';

/** The session that a request goes on with. */
export interface SessionForRequest {
  readonly session: ActiveSession | undefined;
  /** Whether the person could go on with another account that is signed in in this browser. */
  readonly hasOthers: boolean;
}

/** Chooses among the accounts that are signed in in a browser. */
@Injectable()
export class SessionChoice {
  constructor(
    private readonly sessions: Sessions,
    private readonly subjects: Subjects,
  ) {}

  /**
   * The session of the page that is answered; otherwise the one that the person chose or signed in to for the request; otherwise the
   * one that the request names; otherwise the current one. What the request names chooses for it alone: the current session stays.
   */
  async choose(
    request: AuthorizationRequest,
    interaction: AuthorizationInteraction | undefined,
    http: FastifyRequest,
  ): Promise<SessionForRequest> {
    const boundTo = interaction?.shownToSessionHash ?? interaction?.chosenSessionHash;
    const bound = boundTo === undefined ? undefined : await this.sessions.find(http, boundTo);
    if (bound) return { session: bound, hasOthers: false };
    const current = await this.sessions.current(http);
    if (!this.sessions.mayHoldOthers(http)) return { session: current, hasOthers: false };
    const held = await this.sessions.held(http);
    const session = this.named(request, current, held);
    return { session, hasOthers: held.some(({ id }) => id !== session?.id) };
  }

  /** The token hashes of all sessions of the browser. */
  hashes(http: FastifyRequest): string[] {
    return this.sessions.hashes(http);
  }

  /** Whether anybody is signed in in this browser. */
  async isAnybodySignedIn(http: FastifyRequest): Promise<boolean> {
    return (await this.sessions.held(http)).length > 0;
  }

  /** The subject by which the client knows the user of a session. */
  subjectOf({ client }: Pick<AuthorizationRequest, 'client'>, { userId }: ActiveSession): string {
    return this.subjects.subjectFor(client, userId);
  }

  private named(
    request: AuthorizationRequest,
    current: ActiveSession | undefined,
    held: readonly HeldSession[],
  ): ActiveSession | undefined {
    const hint = request.parameters.get('login_hint');
    const meant = held.filter((session) => isMeant(request, this.subjectOf(request, session)));
    const hinted = hint === undefined ? [] : meant.filter((session) => isNamed(session, hint));
    const candidates = hinted.length > 0 || !asksForSubject(request) ? hinted : meant;
    return candidates.find(({ id }) => id === current?.id) ?? candidates[0] ?? current;
  }
}

/** Whether a login_hint names the user of a session: by the username, or by the verified e-mail address. */
const isNamed = ({ username, verifiedEmailKey }: HeldSession, hint: string): boolean =>
  usernameKey(username) === usernameKey(hint) || verifiedEmailKey === emailKey(hint.trim());
