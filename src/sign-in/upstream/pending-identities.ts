import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../config/clock.js';
import { Secrets } from '../../crypto/secrets.js';
import { Browser } from '../../http/browser.js';
import { addressOf } from '../../http/network.js';
import type { LinkedUpstream } from './identity-linking.js';
import type { UpstreamPerson } from './mapping.js';
import { UpstreamPeople } from './upstream-people.js';
import { Upstreams } from './upstreams.js';

/** What the sign-in page says of an identity that is to be linked, and hands on. */
export interface ShownIdentity {
  readonly sealed: string;
  /** The name of the upstream. */
  readonly upstream: string;
  /** The person's name or address there. */
  readonly account: string;
}

/** Somebody whom an upstream knows, and who has yet to sign in here to be linked. */
interface PendingIdentity {
  readonly upstream: Pick<LinkedUpstream, 'id' | 'name'>;
  readonly person: UpstreamPerson;
  /** The binding of the browser. */
  readonly browser: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

const lifetimeSeconds = 900;
const purpose = 'upstream-identity';

/** Identities that are linked once their owner has signed in here. They travel sealed in the forms of the sign-in. */
@Injectable()
export class PendingIdentities {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly people: UpstreamPeople,
    private readonly secrets: Secrets,
    private readonly browser: Browser,
    private readonly clock: Clock,
  ) {}

  async seal(
    { id, name }: LinkedUpstream,
    person: UpstreamPerson,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<ShownIdentity> {
    const pending: PendingIdentity = {
      upstream: { id, name },
      person: portable(person),
      browser: this.browser.binding(request, reply),
      expiresAt: this.clock.now() + lifetimeSeconds,
    };
    return shown(await this.secrets.seal(purpose, pending), pending);
  }

  /** @returns undefined if it has expired, is forged, or belongs to another browser */
  async read(sealed: string, request: FastifyRequest): Promise<ShownIdentity | undefined> {
    const pending = await this.open(sealed, request);
    return pending && shown(sealed, pending);
  }

  /**
   * Links it to the user who has signed in, if the rules of the upstream still have it so. What has expired, belongs to another browser
   * or to somebody else is left alone.
   */
  async link(sealed: string, userId: string, request: FastifyRequest): Promise<void> {
    const pending = await this.open(sealed, request);
    const upstream = (await this.upstreams.usable()).find(({ id }) => id === pending?.upstream.id);
    if (pending && upstream)
      await this.people.linkConfirmed(userId, upstream, pending.person, addressOf(request));
  }

  private async open(sealed: string, request: FastifyRequest): Promise<PendingIdentity | undefined> {
    const pending = (await this.secrets.unseal(purpose, sealed)) as PendingIdentity | undefined;
    if (!pending || pending.expiresAt <= this.clock.now()) return undefined;
    return this.browser.isBoundTo(request, pending.browser) ? pending : undefined;
  }
}

const shown = (sealed: string, { upstream, person }: PendingIdentity): ShownIdentity => ({
  sealed,
  upstream: upstream.name,
  account: person.label,
});

/** Characters, as JSON, of the attributes that travel in a form. */
const maxAttributesLength = 16_000;

/** What is too long for a form comes with the next sign-in. */
const portable = ({ attributes, ...person }: UpstreamPerson): UpstreamPerson =>
  JSON.stringify(attributes ?? {}).length > maxAttributesLength ? person : { ...person, attributes };
