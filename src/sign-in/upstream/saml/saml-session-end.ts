import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { addressOf } from '../../../http/network.js';
import { PageError } from '../../../http/page-error.js';
import { message, verbatim } from '../../../locales/message.js';
import type { LoadedUpstream } from '../definition.js';
import { EndedThere } from '../logout/ended-there.js';
import { UpstreamRefusal } from '../protocols/protocol.js';
import type { SamlLogoutRequest } from './logout-messages.js';
import { type BroughtMessage, SamlLogout } from './saml-logout.js';
import { samlSessionOf } from './name-key.js';
import { maxLogoutAgeSeconds, toleranceSeconds } from './saml-limits.js';

/** Ends the sessions that a logout request names. */
@Injectable()
export class SamlSessionEnd {
  constructor(
    private readonly logout: SamlLogout,
    private readonly ended: EndedThere,
  ) {}

  /** @throws UpstreamRefusal bad_answer, replayed */
  async receive(
    upstream: LoadedUpstream,
    brought: BroughtMessage,
    request: FastifyRequest,
  ): Promise<SamlLogoutRequest> {
    const asked = await this.logout.readRequest(upstream, brought);
    const sub = this.logout.nameKey(upstream, asked);
    const { sessionIndexes, name, id, issueInstant } = asked;
    const said = {
      // "If no <SessionIndex> … all sessions" of the principal (SAML core §3.7.1).
      sessions:
        sessionIndexes.length === 0 ? [{ sub }] : sessionIndexes.map((index) => samlSessionOf(sub, index)),
      subject: upstream.subject_claim === 'sub' ? name.value : undefined,
      message: ['LogoutRequest', id],
      lastUse: issueInstant + maxLogoutAgeSeconds + toleranceSeconds + 1,
    } as const;
    if (!(await this.ended.end(upstream, said, addressOf(request))))
      throw new UpstreamRefusal('replayed', `the request ${id} was used before`);
    return asked;
  }
}

/** The page of a message that is not accepted; any other error as it is. */
export function logoutRefusalOf(error: unknown, { alias, name }: LoadedUpstream): unknown {
  if (!(error instanceof UpstreamRefusal)) return error;
  return new PageError(
    400,
    error.reason,
    message('signOut.refused'),
    message('upstream.badSignOut', { upstream: verbatim(name) }),
    { detail: `upstream ${alias}: ${error.message}`, advice: message('upstream.badSignOutAdvice') },
  );
}
