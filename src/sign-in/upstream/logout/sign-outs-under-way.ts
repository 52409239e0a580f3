import { Injectable } from '@nestjs/common';
import { Clock } from '../../../config/clock.js';
import { generateOpaqueToken, lookupHash } from '../../../crypto/opaque-token.js';
import { Secrets } from '../../../crypto/secrets.js';
import { Database } from '../../../persistence/database.js';
import { UpstreamRequestsStore } from '../../../persistence/stores/upstream-requests.store.js';
import type { SignedOutWay } from '../../../sessions/signed-out.js';
import { UpstreamRefusal } from '../protocols/protocol.js';
import type { SessionThere } from './upstream-sign-out-handles.js';

/** A person who is signed out here, and is to be signed out at upstreams. */
export interface SignOutUnderWay {
  /** The name of the request at the upstream. */
  readonly requestId: string;
  readonly session: SessionThere;
  /** Those that come after it. */
  readonly others: readonly SessionThere[];
  /** Where the person goes in the end. */
  readonly way: SignedOutWay;
}

const lifetimeSeconds = 900;

/** Sign-ins are kept beside them: neither is found by the handle of the other. */
const hashOf = (state: string): string => lookupHash(`sign-out ${state}`);

/** Keeps where people go who were sent to an upstream to be signed out, sealed, until they come back, once. */
@Injectable()
export class SignOutsUnderWay {
  constructor(
    private readonly store: UpstreamRequestsStore,
    private readonly secrets: Secrets,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @returns its handle, which the browser and the upstream have alone */
  async keep(kept: Omit<SignOutUnderWay, 'requestId'>): Promise<string> {
    const state = generateOpaqueToken();
    const contextSealed = await this.secrets.seal('upstream-request', {
      ...kept,
      // A name of XML, which must not begin with a digit.
      requestId: `_${generateOpaqueToken()}`,
    });
    const { upstreamId } = kept.session;
    const expiresAt = this.clock.now() + lifetimeSeconds;
    await this.database.write((tx) =>
      this.store.insert(tx, {
        stateHash: hashOf(state),
        upstreamId,
        contextSealed,
        answeredAt: null,
        usedAt: null,
        expiresAt,
      }),
    );
    return state;
  }

  /**
   * It is not used up.
   * @throws UpstreamRefusal unknown_request, expired, replayed
   */
  async look(state: string, upstreamId: string): Promise<SignOutUnderWay> {
    const row = await this.store.find(hashOf(state));
    const kept =
      row &&
      row.upstreamId === upstreamId &&
      (await this.secrets.unseal('upstream-request', row.contextSealed));
    if (!row || !kept)
      throw new UpstreamRefusal('unknown_request', 'the handle belongs to no sign-out there');
    if (row.usedAt !== null) throw answeredBefore();
    if (row.expiresAt <= this.clock.now()) throw new UpstreamRefusal('expired', 'the sign-out has expired');
    return kept as SignOutUnderWay;
  }

  /**
   * Uses it up: one caller, on all replicas.
   * @throws UpstreamRefusal replayed
   */
  async use(state: string): Promise<void> {
    const now = this.clock.now();
    if (!(await this.database.write((tx) => this.store.use(tx, hashOf(state), now)))) throw answeredBefore();
  }
}

const answeredBefore = (): UpstreamRefusal =>
  new UpstreamRefusal('replayed', 'the sign-out was answered before');
