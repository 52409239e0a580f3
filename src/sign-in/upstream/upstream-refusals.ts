import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Changes } from '../../audit/changes.js';
import { endpoints } from '../../config/endpoints.js';
import { addressOf } from '../../http/network.js';
import { type ErrorPageLink, PageError } from '../../http/page-error.js';
import { type Message, message, verbatim } from '../../locales/message.js';
import type { SealedPurpose } from '../sign-in-purposes.js';
import type { LoadedUpstream } from './definition.js';
import { type RefusalReason, UpstreamAwayError, UpstreamRefusal } from './protocols/protocol.js';

interface Refused {
  readonly status: number;
  readonly text: (name: string) => Message;
}

const upstreamName = (name: string) => ({ upstream: verbatim(name) });

const refusals: Readonly<Record<RefusalReason, Refused>> = {
  denied: { status: 403, text: (name) => message('upstream.denied', upstreamName(name)) },
  bad_answer: { status: 400, text: (name) => message('upstream.badAnswer', upstreamName(name)) },
  stale: { status: 403, text: (name) => message('upstream.stale', upstreamName(name)) },
  not_admitted: { status: 403, text: (name) => message('upstream.notAdmitted', upstreamName(name)) },
  no_account: { status: 403, text: (name) => message('upstream.noAccount', upstreamName(name)) },
  disabled: { status: 403, text: () => message('upstream.disabled') },
  taken: { status: 409, text: (name) => message('upstream.taken', upstreamName(name)) },
  unsolicited: { status: 403, text: (name) => message('upstream.unsolicited', upstreamName(name)) },
  unknown_request: { status: 400, text: () => message('upstream.unknownRequest') },
  expired: { status: 400, text: () => message('upstream.unknownRequest') },
  replayed: { status: 400, text: () => message('upstream.unknownRequest') },
  other_browser: { status: 403, text: () => message('request.begunElsewhere') },
};

/** Says on a page why a sign-in at an upstream did not work, and records it. */
@Injectable()
export class UpstreamRefusals {
  constructor(private readonly changes: Changes) {}

  /**
   * The page of an error, where it is one of an upstream; any other error is thrown again.
   * @param purpose where the person can begin again; the sign-in page if it is not known
   */
  async pageOf(
    error: unknown,
    { alias, name }: Pick<LoadedUpstream, 'alias' | 'name'>,
    request: FastifyRequest,
    purpose: SealedPurpose = {},
  ): Promise<PageError> {
    if (!(error instanceof UpstreamRefusal) && !(error instanceof UpstreamAwayError)) throw error;
    const reason = error instanceof UpstreamRefusal ? error.reason : 'away';
    await this.changes.note({
      event: 'upstream.refused',
      actor: { name: 'unknown', address: addressOf(request) },
      detail: { upstream: alias, reason },
    });
    const options = { detail: `upstream ${alias}: ${error.message}`, links: [linkTo(purpose)] };
    if (error instanceof UpstreamAwayError)
      return new PageError(
        503,
        'temporarily_unavailable',
        message('upstream.awayTitle', upstreamName(name)),
        message('upstream.away', upstreamName(name)),
        { ...options, advice: message('upstream.awayAdvice') },
      );
    const { status, text } = refusals[error.reason];
    return new PageError(status, error.reason, message('upstream.notSignedIn'), text(name), {
      ...options,
      advice: message('upstream.advice'),
    });
  }
}

/** The page of an upstream that there is not, or not any more. */
export const upstreamIsGone = (): PageError =>
  new PageError(404, 'not_found', message('upstream.notSignedIn'), message('upstream.gone'), {
    links: [linkTo({})],
  });

/** The sign-in page that the person came from. It leads nowhere by itself. */
function linkTo({ interaction, back, to }: SealedPurpose): ErrorPageLink {
  const given = Object.entries({ interaction, back, to }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const query = new URLSearchParams([...given, ['choose', '']]).toString();
  return {
    href: `${endpoints.signIn}?${query}`,
    label: message('upstream.again'),
  };
}
