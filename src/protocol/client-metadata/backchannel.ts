import { deliveryModes } from '../client-metadata.js';
import { requestObjectAlgorithms } from '../request-object.js';
import type { ClientMembers } from './member.js';

/** How the client asks people who are not in its browser, by the grant type `urn:openid:params:grant-type:ciba`. */
export const backchannelMembers = {
  backchannel_token_delivery_mode: {
    kind: 'choice',
    values: deliveryModes,
    default: 'poll',
    meaning:
      'How it learns that a person has decided on its backchannel request: poll, by asking the token endpoint; ping, by a notification too',
    spec: 'CIBA Core §4',
    setBy: 'operator',
    byAdministrator: true,
  },
  backchannel_client_notification_endpoint: {
    kind: 'webAddress',
    default: null,
    meaning: 'Receives the notifications, server to server and over https; required with ping',
    spec: 'CIBA Core §4',
    setBy: 'operator',
    byAdministrator: true,
    example: 'https://example.com/ciba',
  },
  backchannel_authentication_request_signing_alg: {
    kind: 'choice',
    values: requestObjectAlgorithms,
    default: null,
    meaning:
      'The only algorithm of its backchannel requests, which must then be signed; if null, they may be signed with any that has a public key',
    spec: 'CIBA Core §4',
    setBy: 'operator',
    byAdministrator: true,
  },
} as const satisfies ClientMembers;
