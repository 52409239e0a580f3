import { PageError } from '../../../http/page-error.js';
import { message, verbatim } from '../../../locales/message.js';
import type { LoadedUpstream } from '../definition.js';
import { UpstreamAwayError, UpstreamRefusal } from '../protocols/protocol.js';

/** The page of a sign-out at an upstream that does not go on; any other error is thrown again. */
export function signOutPageOf(
  error: unknown,
  { alias, name }: Pick<LoadedUpstream, 'alias' | 'name'>,
  onwards?: string,
): PageError {
  if (!(error instanceof UpstreamRefusal) && !(error instanceof UpstreamAwayError)) throw error;
  const isAway = error instanceof UpstreamAwayError;
  return new PageError(
    isAway ? 503 : 400,
    isAway ? 'temporarily_unavailable' : error.reason,
    message('upstream.signOutTitle'),
    message('upstream.notSignedOut', { upstream: verbatim(name) }),
    {
      detail: `upstream ${alias}: ${error.message}`,
      advice: message('upstream.signOutAdvice'),
      ...(onwards !== undefined && { links: [{ href: onwards, label: message('common.continue') }] }),
    },
  );
}
