import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { addressOf } from '../../http/network.js';
import { Sessions } from '../../sessions/sessions.js';
import { upstreamOrigin } from '../../sessions/upstream-origin.js';
import { People } from '../people.js';
import { SignInDecisions } from '../sign-in-decisions.js';
import { SignInPages } from '../sign-in-pages.js';
import { SignInPurposes } from '../sign-in-purposes.js';
import { SignInSteps } from '../sign-in-steps.js';
import type { LoadedUpstream } from './definition.js';
import { methodsOf, missingClaim, personOf, type UpstreamAnswer } from './mapping.js';
import { PendingIdentities } from './pending-identities.js';
import { UpstreamRefusal } from './protocols/protocol.js';
import { UpstreamPeople } from './upstream-people.js';
import type { SentSignIn } from './upstream-requests.js';

/** Goes on with people who come back from an upstream, as after any other first factor. */
@Injectable()
export class UpstreamArrival {
  constructor(
    private readonly upstreamPeople: UpstreamPeople,
    private readonly pending: PendingIdentities,
    private readonly people: People,
    private readonly purposes: SignInPurposes,
    private readonly sessions: Sessions,
    private readonly decisions: SignInDecisions,
    private readonly steps: SignInSteps,
    private readonly pages: SignInPages,
  ) {}

  /** @throws UpstreamRefusal */
  async receive(
    upstream: LoadedUpstream,
    { purpose: fields, keep, linkTo }: SentSignIn,
    answer: UpstreamAnswer,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const missing = missingClaim(upstream, answer);
    if (missing !== undefined)
      throw new UpstreamRefusal('not_admitted', `the claim ${missing} is missing, or has another value`);
    const person = personOf(upstream, answer);
    const purpose = await this.purposes.find(fields, request);
    const session = await this.sessions.current(request);
    if (linkTo !== undefined) {
      if (session?.userId !== linkTo)
        throw new UpstreamRefusal('expired', 'the person who asked for the link is not signed in any more');
      await this.upstreamPeople.linkOwn(linkTo, upstream, person, addressOf(request));
      await this.purposes.goOn(purpose, request, reply);
      return;
    }
    const userId = await this.upstreamPeople.resolve(upstream, person, addressOf(request));
    if (userId === undefined) {
      const link = await this.pending.seal(upstream, person, request, reply);
      await this.pages.showFirst({ purpose: { ...purpose, link }, keep }, request, reply);
      return;
    }
    const found = await this.people.find(userId);
    if (!found) throw new UpstreamRefusal('disabled', `the user ${userId} may not sign in`);
    const before = session?.userId === userId ? await this.decisions.buildOn(session) : undefined;
    const { user, username } = found;
    const methods = methodsOf(upstream, answer);
    const origin = answer.session && upstreamOrigin(upstream, answer.session);
    const proven = { user, username, methods, provenAt: answer.authTime, upstreamId: upstream.id, origin };
    const next = this.decisions.advance(before, proven, keep);
    await this.steps.goOn(next, purpose, request, reply);
  }
}
