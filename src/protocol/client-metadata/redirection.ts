import { applicationTypeOf, applicationTypes } from '../redirect-uri.js';
import type { ClientMembers } from './member.js';

/** Where browsers are sent, and where the client learns that a session has ended. */
export const redirectionMembers = {
  redirect_uris: {
    kind: 'texts',
    format: 'uri',
    default: [],
    meaning:
      'Where authorization responses may go. Compared character by character; the port of a loopback address and of localhost is free',
    spec: 'RFC 7591 §2, RFC 8252 §7.3',
    example: ['http://127.0.0.1:4000/callback'],
  },
  post_logout_redirect_uris: {
    kind: 'texts',
    format: 'uri',
    default: [],
    meaning: 'Where the browser may go after sign-out. Compared as redirect_uris are',
    spec: 'OIDC RP-Initiated Logout §3.1',
  },
  initiate_login_uri: {
    kind: 'webAddress',
    default: null,
    meaning: 'Where others send a browser that is to sign in at the client; https',
    spec: 'OIDC Registration §2, OIDC Core §4',
    example: 'https://example.com/sign-in',
  },
  application_type: {
    kind: 'choice',
    values: applicationTypes,
    default: ({ redirect_uris, post_logout_redirect_uris }) =>
      applicationTypeOf([...redirect_uris, ...post_logout_redirect_uris]),
    meaning:
      'native: its redirect_uris may have private-use schemes. If omitted, it is native if one of them has such a scheme',
    spec: 'OIDC Registration §2, RFC 8252 §7.1',
    example: 'web',
  },
  backchannel_logout_uri: {
    kind: 'webAddress',
    default: null,
    meaning: 'Receives a logout token, server to server and over https, when a session has ended',
    spec: 'OIDC Back-Channel Logout §2.2',
  },
  backchannel_logout_session_required: {
    kind: 'flag',
    default: false,
    meaning: 'Whether its logout tokens need `sid`; it is always sent',
    spec: 'OIDC Back-Channel Logout §2.2',
  },
  frontchannel_logout_uri: {
    kind: 'webAddress',
    default: null,
    meaning: 'Loaded in a frame of the signed-out page',
    spec: 'OIDC Front-Channel Logout §2',
  },
  frontchannel_logout_session_required: {
    kind: 'flag',
    default: false,
    meaning: 'Whether its frame needs `iss` and `sid`; they are always sent',
    spec: 'OIDC Front-Channel Logout §2',
  },
} as const satisfies ClientMembers;
