import { awayIn } from './guarded-fetch.js';
import { UpstreamAwayError, UpstreamRefusal } from './protocol.js';

/** Errors by which an upstream says that the person, or somebody for them, did not want to (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6). */
const denials: ReadonlySet<string> = new Set([
  'access_denied',
  'login_required',
  'consent_required',
  'interaction_required',
  'account_selection_required',
]);
const outages: ReadonlySet<string> = new Set(['server_error', 'temporarily_unavailable']);

/** What an error of openid-client means for the sign-in. */
export async function refusalOf(error: unknown): Promise<UpstreamAwayError | UpstreamRefusal> {
  if (error instanceof UpstreamAwayError || error instanceof UpstreamRefusal) return error;
  const away = awayIn(error);
  if (away) return away;
  const { AuthorizationResponseError, ResponseBodyError } = await import('openid-client');
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    const { error: code, error_description: description = '' } = error;
    const detail = `error ${code}: ${description}`.slice(0, 500);
    if (outages.has(code)) return new UpstreamAwayError(detail, error instanceof ResponseBodyError);
    return new UpstreamRefusal(denials.has(code) ? 'denied' : 'bad_answer', detail);
  }
  return new UpstreamRefusal('bad_answer', causes(error).slice(0, 500));
}

/** The messages of an error and of what caused it. */
function causes(error: unknown): string {
  const messages: string[] = [];
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++)
    messages.push(cause.message);
  return messages.join(': ');
}
