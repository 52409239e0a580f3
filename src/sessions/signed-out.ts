import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { Text } from '../locales/message.js';
import { pageHeaders } from '../http/headers.js';
import { SessionClientsStore } from '../persistence/stores/session-clients.store.js';
import { redirectOrigin } from '../protocol/redirect-uri.js';
import { responseLocation } from '../protocol/response-mode.js';
import { Views } from '../views/views.js';
import { Sessions } from './sessions.js';

/** Where a browser goes after a sign-out, and the client that asked for it. */
export interface SignedOutWay {
  readonly clientName?: Text | undefined;
  /** The name of the upstream at which the person is signed out next. */
  readonly upstream?: Text;
  /** A registered URI of the client, or a page of ours. */
  readonly returnTo?: string;
  /** Whether the browser goes there only if the person follows the link. */
  readonly needsClick?: boolean;
}

/** Answers a sign-out. The page notifies the clients through the browser (OIDC Front-Channel Logout §3). */
@Injectable()
export class SignedOut {
  constructor(
    private readonly sessions: Sessions,
    private readonly sessionClients: SessionClientsStore,
    private readonly views: Views,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @param sessionIds the sessions that have just ended */
  async answer(reply: FastifyReply, sessionIds: readonly string[], way: SignedOutWay = {}): Promise<void> {
    const frames = (await Promise.all(sessionIds.map((id) => this.frames(id)))).flat();
    if (way.returnTo !== undefined && frames.length === 0 && !way.needsClick) {
      reply.redirect(way.returnTo, 303);
      return;
    }
    pageHeaders(reply, { frameSources: [...new Set(frames.map(redirectOrigin))] });
    const hasOthers = (await this.sessions.held(reply.request)).length > 0;
    reply.send(this.views.render('signed-out', { ...way, frames, hasOthers }, reply));
  }

  /** "the OP MAY add these query parameters […] iss […] sid" (§3): always both, after the query of the URI itself. */
  private async frames(sessionId: string): Promise<string[]> {
    const uris = await this.sessionClients.frontChannelUris(sessionId);
    const added = { iss: this.settings.issuer, sid: sessionId };
    return uris.map((uri) => responseLocation(uri, 'query', added));
  }
}
