import { backchannelGrantType } from '../client-metadata.js';
import type { MetadataProblem } from '../metadata-problem.js';
import type { ClientMetadata } from './members.js';

/** The violations of how a client asks people by backchannel requests (CIBA Core §4), except for those of the outbound rules. */
export function backchannelProblems(metadata: ClientMetadata): MetadataProblem[] {
  const {
    token_endpoint_auth_method: method,
    backchannel_token_delivery_mode: mode,
    backchannel_client_notification_endpoint: endpoint,
  } = metadata;
  const problems: MetadataProblem[] = [];
  // "the Client MUST authenticate to the Backchannel Authentication Endpoint" (§7.1)
  if (metadata.grant_types.includes(backchannelGrantType) && method === 'none')
    problems.push({ field: 'grant_types', reason: 'ciba is for clients that authenticate' });
  if (mode === 'ping' && !endpoint)
    problems.push({
      field: 'backchannel_client_notification_endpoint',
      reason: 'is required with the backchannel_token_delivery_mode ping',
    });
  if (endpoint?.includes('#'))
    problems.push({ field: 'backchannel_client_notification_endpoint', reason: 'must not have a fragment' });
  return problems;
}
