import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../config/clock.js';
import { Secrets } from '../../crypto/secrets.js';
import { Browser } from '../../http/browser.js';
import { addressOf } from '../../http/network.js';
import { IdentityLinking, type LinkedUpstream } from './identity-linking.js';
import type { UpstreamPerson } from './mapping.js';

/** Somebody whom an upstream knows, and who has yet to sign in here to be linked. */
interface PendingIdentity {
  readonly upstream: LinkedUpstream;
  readonly person: UpstreamPerson;
  /** The binding of the browser. */
  readonly browser: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

const lifetimeSeconds = 900;

/** Identities that are linked once their owner has signed in here. They travel sealed in the forms of the sign-in. */
@Injectable()
export class PendingIdentities {
  constructor(
    private readonly linking: IdentityLinking,
    private readonly secrets: Secrets,
    private readonly browser: Browser,
    private readonly clock: Clock,
  ) {}

  async seal(
    { id, alias, name }: LinkedUpstream,
    person: UpstreamPerson,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<string> {
    const pending: PendingIdentity = {
      upstream: { id, alias, name },
      person,
      browser: this.browser.binding(request, reply),
      expiresAt: this.clock.now() + lifetimeSeconds,
    };
    return this.secrets.seal('upstream-identity', pending);
  }

  /** Links it to the user who has signed in. What has expired, belongs to another browser or to somebody else is left alone. */
  async link(sealed: string, userId: string, request: FastifyRequest): Promise<void> {
    const pending = (await this.secrets.unseal('upstream-identity', sealed)) as PendingIdentity | undefined;
    if (!pending || pending.expiresAt <= this.clock.now()) return;
    if (!this.browser.isBoundTo(request, pending.browser)) return;
    const actor = { name: `user:${userId}`, address: addressOf(request) };
    await this.linking.link(userId, pending.upstream, pending.person, actor);
  }
}
