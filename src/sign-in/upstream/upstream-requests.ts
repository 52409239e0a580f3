import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../config/clock.js';
import { generateOpaqueToken, lookupHash } from '../../crypto/opaque-token.js';
import { Secrets } from '../../crypto/secrets.js';
import { PageError } from '../../http/page-error.js';
import { message } from '../../locales/message.js';
import { Browser } from '../../http/browser.js';
import { Database } from '../../persistence/database.js';
import type { UpstreamRequest } from '../../persistence/entities/upstream-request.entity.js';
import type { Transaction } from '../../persistence/transaction.js';
import { UpstreamRequestsStore } from '../../persistence/stores/upstream-requests.store.js';
import type { SealedPurpose } from '../sign-in-purposes.js';
import type { LoadedUpstream } from './definition.js';
import type { UpstreamAnswer } from './mapping.js';
import { type SentRequest, UpstreamRefusal } from './protocols/protocol.js';

/** What a sign-in that was sent to an upstream goes on with. */
export interface SentSignIn extends SentRequest {
  readonly purpose: SealedPurpose;
  /** Whether to keep the person signed in. */
  readonly keep: boolean;
  /** Whether they must have signed in there after `sentAt`. */
  readonly fresh: boolean;
  /** Seconds. */
  readonly maxAge?: number | undefined;
  /** Seconds since the epoch. */
  readonly sentAt: number;
  /** Whose account the identity is to be linked to. */
  readonly linkTo?: string | undefined;
}

interface SealedSignIn extends SentSignIn {
  /** The binding of the browser that was sent; none if the upstream began. */
  readonly browser?: string;
  /** The hash of what only the browser has that brought the answer, where that came by a POST of another site. */
  readonly receiptHash?: string;
}

/** What only the browser has that brought an answer. */
export interface KeptAnswer {
  readonly state: string;
  readonly receipt: string;
}

/** A person takes a while to find a password. */
const lifetimeSeconds = 900;

/** The browser comes at once. */
const unsolicitedLifetimeSeconds = 120;

const maxSealedLength = 65_535;

/** Keeps the sign-ins that were sent to upstreams, sealed, until their answers come: each answer counts once, in its own browser. */
@Injectable()
export class UpstreamRequests {
  constructor(
    private readonly store: UpstreamRequestsStore,
    private readonly secrets: Secrets,
    private readonly browser: Browser,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** What a new request is sent with. */
  draft(redirectUri: string): SentRequest {
    return {
      state: generateOpaqueToken(),
      nonce: generateOpaqueToken(),
      codeVerifier: generateOpaqueToken(),
      redirectUri,
    };
  }

  /** @throws PageError 413 if the request of the application is longer than a text of MySQL */
  async keep(
    { id: upstreamId }: LoadedUpstream,
    sent: SentSignIn,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const sealed: SealedSignIn = { ...sent, browser: this.browser.binding(request, reply) };
    const contextSealed = await this.secrets.seal('upstream-request', sealed);
    if (contextSealed.length > maxSealedLength)
      throw new PageError(413, 'invalid_request', message('request.unreadable'), message('request.tooLarge'));
    const stateHash = lookupHash(sent.state);
    const expiresAt = sent.sentAt + lifetimeSeconds;
    await this.database.write((tx) =>
      this.store.insert(tx, {
        stateHash,
        upstreamId,
        contextSealed,
        answeredAt: null,
        usedAt: null,
        expiresAt,
      }),
    );
  }

  /**
   * The sign-in that an answer belongs to, for an answer that comes without the cookies of its browser. It is not used up.
   * @throws UpstreamRefusal
   */
  async look(state: string, upstream: LoadedUpstream): Promise<SentSignIn> {
    const { sent, answeredAt, usedAt } = await this.open(lookupHash(state), upstream);
    if (answeredAt !== null || usedAt !== null) throw answeredBefore();
    return sent;
  }

  /** Whether a sign-in at this upstream was sent with this state, however long ago. */
  async isKnown(state: string, { id }: LoadedUpstream): Promise<boolean> {
    return (await this.store.find(lookupHash(state)))?.upstreamId === id;
  }

  /**
   * Keeps a verified answer to no request until the browser that brought it comes for it.
   * @throws UpstreamRefusal
   */
  async keepUnsolicited(
    tx: Transaction,
    { id: upstreamId }: LoadedUpstream,
    { redirectUri, purpose, received }: Pick<SentSignIn, 'redirectUri' | 'purpose' | 'received'>,
  ): Promise<KeptAnswer> {
    const receipt = generateOpaqueToken();
    const now = this.clock.now();
    const draft = this.draft(redirectUri);
    const sealed: SealedSignIn = {
      ...draft,
      purpose,
      keep: false,
      fresh: false,
      sentAt: now,
      received,
      receiptHash: lookupHash(receipt),
    };
    await this.store.insert(tx, {
      stateHash: lookupHash(draft.state),
      upstreamId,
      contextSealed: await this.sealed(sealed),
      answeredAt: now,
      usedAt: null,
      expiresAt: now + unsolicitedLifetimeSeconds,
    });
    return { state: draft.state, receipt };
  }

  /**
   * Keeps a verified answer until its browser comes for it. The first one counts, on all replicas.
   * @returns the receipt, which the browser that brought the answer has alone. It must be the one that began: whoever else began it, and led
   * somebody to the upstream with it, does not get what that person brings back
   * @throws UpstreamRefusal
   */
  async receive(state: string, sent: SentSignIn, answer: UpstreamAnswer): Promise<string> {
    const receipt = generateOpaqueToken();
    const sealed = { ...sent, received: answer, receiptHash: lookupHash(receipt) };
    const contextSealed = await this.sealed(sealed);
    const now = this.clock.now();
    if (!(await this.database.write((tx) => this.store.receive(tx, lookupHash(state), contextSealed, now))))
      throw answeredBefore();
    return receipt;
  }

  /**
   * The sign-in that an answer belongs to, which is used up.
   * @param receipt of an answer that came by a POST of another site
   * @throws UpstreamRefusal
   */
  async take(
    { state, receipt }: { readonly state: string; readonly receipt: string | null },
    upstream: LoadedUpstream,
    request: FastifyRequest,
  ): Promise<SentSignIn> {
    const stateHash = lookupHash(state);
    const { sent } = await this.open(stateHash, upstream, request);
    if (sent.receiptHash !== undefined && lookupHash(receipt ?? '') !== sent.receiptHash)
      throw new UpstreamRefusal('other_browser', 'the answer was brought by another browser');
    if (!(await this.database.write((tx) => this.store.use(tx, stateHash, this.clock.now()))))
      throw answeredBefore();
    return sent;
  }

  private async sealed(signIn: SealedSignIn): Promise<string> {
    const contextSealed = await this.secrets.seal('upstream-request', signIn);
    if (contextSealed.length > maxSealedLength)
      throw new UpstreamRefusal('bad_answer', 'the answer says more than can be kept');
    return contextSealed;
  }

  /** @param request of the browser that must have begun it, if the answer comes with its cookies */
  private async open(
    stateHash: string,
    upstream: LoadedUpstream,
    request?: FastifyRequest,
  ): Promise<Pick<UpstreamRequest, 'answeredAt' | 'usedAt'> & { readonly sent: SealedSignIn }> {
    const kept = await this.store.find(stateHash);
    if (!kept || kept.upstreamId !== upstream.id)
      throw new UpstreamRefusal('unknown_request', `the state belongs to no request at ${upstream.alias}`);
    const sent = (await this.secrets.unseal('upstream-request', kept.contextSealed)) as
      SealedSignIn | undefined;
    if (!sent) throw new UpstreamRefusal('unknown_request', 'the request was sealed with another secret');
    if (request && sent.browser !== undefined && !this.browser.isBoundTo(request, sent.browser))
      throw new UpstreamRefusal('other_browser', 'the request was begun in another browser');
    if (kept.expiresAt <= this.clock.now()) throw new UpstreamRefusal('expired', 'the request has expired');
    return { sent, answeredAt: kept.answeredAt, usedAt: kept.usedAt };
  }
}

const answeredBefore = (): UpstreamRefusal =>
  new UpstreamRefusal('replayed', 'the request was answered before');
