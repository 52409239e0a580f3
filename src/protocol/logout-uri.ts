import type { MetadataProblem } from './metadata-problem.js';
import { redirectUriProblem } from './redirect-uri.js';

interface LogoutMetadata {
  readonly redirect_uris: readonly string[];
  readonly backchannel_logout_uri?: string | null;
  readonly frontchannel_logout_uri?: string | null;
}

/** The violations of a client's logout URIs, except for those of the outbound rules. */
export function logoutUriProblems(metadata: LogoutMetadata): MetadataProblem[] {
  const { backchannel_logout_uri: backChannel, frontchannel_logout_uri: framed } = metadata;
  const problems: MetadataProblem[] = [];
  const refuse = (field: string, reason: string | undefined): void => {
    if (reason !== undefined) problems.push({ field, reason });
  };
  // "MUST be an absolute URI […] MUST NOT include a fragment component" (OIDC Back-Channel Logout §2.2)
  if (backChannel?.includes('#')) refuse('backchannel_logout_uri', 'must not have a fragment');
  if (framed)
    refuse(
      'frontchannel_logout_uri',
      redirectUriProblem(framed, 'web') ?? originProblem(framed, metadata.redirect_uris),
    );
  return problems;
}

/** "The domain, port, and scheme of this URL MUST be the same as that of a registered Redirection URI value." (OIDC Front-Channel Logout §2) */
function originProblem(uri: string, redirectUris: readonly string[]): string | undefined {
  const { origin } = new URL(uri);
  const shared = redirectUris.some((other) => URL.canParse(other) && new URL(other).origin === origin);
  return shared ? undefined : 'must have scheme, host and port of one of the redirect_uris';
}
