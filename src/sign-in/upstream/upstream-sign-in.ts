import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../config/clock.js';
import { endpoints } from '../../config/endpoints.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { Languages } from '../../http/languages.js';
import { Views } from '../../views/views.js';
import { type SealedPurpose, type SignInPurpose, wantedFor } from '../sign-in-purposes.js';
import { UpstreamBreaker } from './breaker.js';
import { UpstreamSignOutHandles } from './logout/upstream-sign-out-handles.js';
import type { LoadedUpstream } from './definition.js';
import type { UpstreamAnswer } from './mapping.js';
import { showOnwards } from './onwards.js';
import { UpstreamRefusal } from './protocols/protocol.js';
import { UpstreamProtocols } from './protocols/protocols.js';
import { type SentSignIn, UpstreamRequests } from './upstream-requests.js';

/** What a sign-in at an upstream is begun with. */
export interface BegunAtUpstream {
  readonly upstream: LoadedUpstream;
  readonly purpose: SignInPurpose;
  readonly fields: SealedPurpose;
  readonly keep?: boolean;
  readonly loginHint?: string | undefined;
  readonly linkTo?: string | undefined;
}

/** Clocks may differ by so much where it matters when somebody signed in. */
const toleranceSeconds = 60;

/** Sends browsers to upstreams, and takes their answers. */
@Injectable()
export class UpstreamSignIn {
  constructor(
    private readonly protocols: UpstreamProtocols,
    private readonly breaker: UpstreamBreaker,
    private readonly requests: UpstreamRequests,
    private readonly languages: Languages,
    private readonly signOuts: UpstreamSignOutHandles,
    private readonly views: Views,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Answers with a page that leads to the upstream by itself.
   * @throws UpstreamAwayError, UpstreamRefusal
   */
  async begin(
    { upstream, purpose, fields, keep = false, loginHint, linkTo }: BegunAtUpstream,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    // Whoever links an account has just proven who they are here.
    const { fresh = false, maxAge } = linkTo === undefined ? wantedFor(purpose) : {};
    const redirectUri = `${this.settings.issuer}${endpoints.upstream}/${upstream.alias}/callback`;
    const draft = this.requests.draft(redirectUri);
    const asked = {
      fresh: fresh || maxAge === 0,
      maxAge,
      loginHint,
      languages: this.languages.of(request).tag,
    };
    const way = await this.breaker.ask(upstream.alias, 'beginning', () =>
      this.protocols.named(upstream.protocol).begin(upstream, draft, asked),
    );
    const sent: SentSignIn = {
      ...draft,
      purpose: fields,
      keep,
      fresh: asked.fresh,
      maxAge,
      sentAt: this.clock.now(),
      linkTo,
    };
    await this.requests.keep(upstream, sent, request, reply);
    showOnwards(this.views, upstream, way, reply);
  }

  /**
   * @throws UpstreamAwayError, UpstreamRefusal
   */
  async finish(upstream: LoadedUpstream, sent: SentSignIn, query: string): Promise<UpstreamAnswer> {
    const url = new URL(`${sent.redirectUri}${query}`);
    const answer = await this.breaker.ask(upstream.alias, 'answer', () =>
      this.protocols.named(upstream.protocol).finish(upstream, sent, url),
    );
    this.requireNewSignIn(upstream, sent, answer);
    return { ...answer, session: await this.signOuts.sealed(upstream, answer.session) };
  }

  /** "If max_age is requested, auth_time is REQUIRED" (OIDC Core §2), and is looked at: an upstream may not know prompt=login. */
  private requireNewSignIn(
    { requires_auth_time: isRequired }: LoadedUpstream,
    { fresh, maxAge, sentAt }: SentSignIn,
    { authTime }: UpstreamAnswer,
  ): void {
    if (!fresh && maxAge === undefined) return;
    if (authTime === undefined) {
      if (isRequired)
        throw new UpstreamRefusal('stale', 'a new sign-in was asked for, and there is no auth_time');
      return;
    }
    const earliest = fresh ? sentAt : this.clock.now() - (maxAge ?? 0);
    if (authTime < earliest - toleranceSeconds)
      throw new UpstreamRefusal('stale', `auth_time is ${authTime}, and must not be before ${earliest}`);
  }
}
