/** What the server owes the specifications. */
export interface Duty {
  /** Stands first in the title of each of its tests. */
  readonly id: string;
  readonly says: string;
}

/** A duty has a test, or the run fails. */
const duty = (id: string, says: string): Duty => ({ id, says });

/** Every duty: A to E of every authorization server, F to J of those who ask for more. */
export const duties: readonly Duty[] = [
  // The authorization endpoint
  duty('A1', 'GET and form POST are one; other methods get 405 with Allow; no CORS'),
  duty(
    'A2',
    'repeated parameters are refused, empty ones absent, unknown ones ignored; hostile input is 4xx',
  ),
  duty('A3', 'without a proven client and redirection URI a page answers, with them a redirect'),
  duty('A4', 'redirection URIs match byte for byte, but for the port of a loopback address'),
  duty('A5', 'response_type missing, unknown and not registered are three errors'),
  duty('A6', 'query, fragment and form_post carry answers and errors alike'),
  duty('A7', 'state and nonce come back untouched, with iss in every answer'),
  duty('A8', 'each prompt forces its page once; none never shows one'),
  duty('A9', 'max_age is obeyed, and auth_time told where it is asked for'),
  duty('A10', 'id_token_hint is verified, and another user is not passed off as its subject'),
  duty('A11', 'hints and locales never fail; acr_values and claims are honoured'),
  duty('A12', 'claims of scopes come from userinfo when there is an access token'),
  duty('A13', 'offline_access takes consent and the refresh_token grant'),
  duty('A14', 'PKCE with S256 only, its syntax checked, for all public clients'),
  duty('A15', 'request and request_uri are refused by name where they are not supported'),
  duty('A16', 'codes are strong, hashed, short-lived and bound to their request'),
  duty('A17', 'native public clients are asked for each time, and prompt=none answers consent_required'),
  duty(
    'A18',
    'a resource without scope means its scopes; identifiers of resources compare after RFC 3986 normalization',
  ),
  duty(
    'A19',
    'no header or URL grows with the request; an answered interaction answers no second time; HEAD issues nothing',
  ),
  duty('A20', 'below an issuer with a path stand endpoints, cookies and links, and metadata at both places'),
  // The token endpoint
  duty('B1', 'form POST only; errors are JSON, and nothing is stored by caches'),
  duty('B2', 'one client authentication a request, the registered one; failures take the same time'),
  duty('B3', 'a grant type that is unknown and one that is not allowed are two errors'),
  duty('B4', 'a code that does not fit its request is refused and not consumed'),
  duty('B5', 'a code redeemed twice ends its grant; of parallel redemptions one succeeds'),
  duty('B6', 'refresh tokens rotate; one used late ends its grant; one parent has one successor'),
  duty('B7', 'scope may shrink at refresh, never grow'),
  duty('B8', 'client_credentials for confidential clients, without a refresh token'),
  duty('B9', 'the ID token has its claims, and keeps its subject and auth_time at refresh'),
  duty('B11', 'wrong client secrets are throttled per client and network, and audited; the right one passes'),
  // Userinfo, introspection, revocation, metadata, keys
  duty('C1', 'userinfo by GET and POST, its refusals with the right challenge'),
  duty('C2', 'introspection tells nothing of a token that is not alive or not for the caller'),
  duty('C3', 'revocation ends the grant of a refresh token, and leaves tokens of others alone'),
  duty('C4', 'metadata tells what works, at the issuer whatever the headers claim'),
  duty('C5', 'keys are published before they sign and until their last token expires, without private parts'),
  // Logout
  duty('D1', 'logout by a verified hint returns to a registered URI; without one it asks first'),
  duty('D2', 'after logout prompt=none finds nobody'),
  duty('D3', 'logout tokens reach the clients of a session through a queue with retries'),
  // The browser side
  duty('E1', 'cookies are strict, sessions change at sign-in, interactions stay in their browser'),
  duty('E2', 'every form of ours is protected from other sites, no protocol endpoint is in the way'),
  duty('E3', 'pages allow nothing but their own parts; values are escaped'),
  duty('E4', 'sign-in does not tell who exists, and is throttled without locking anybody out'),
  duty('E5', 'consent names who asks for what, scope by scope, and is asked again only when it grows'),
  duty('E6', 'neither logs nor the audit trail hold a secret'),
  // Dynamic registration
  duty('F1', 'registration, and its management by the registration access token'),
  duty('F2', 'bad metadata and old tokens have their own errors'),
  duty('F3', 'pairwise subjects; the links of a client are shown'),
  duty('F4', 'URLs that clients name are fetched with care'),
  duty(
    'F5',
    'a client that registered itself gets what it may have, is marked, and takes nobody away who is not signed in',
  ),
  duty('F6', 'clients that a document at their client_id describes, by policy and within limits'),
  // Strong client authentication and sender-constrained tokens
  duty('G1', 'client assertions: signed as registered, for us, once'),
  duty('G2', 'mutual TLS, for authentication and for tokens'),
  duty('G3', 'DPoP: proofs, nonces and bound tokens'),
  // Requests
  duty('H1', 'pushed requests: authenticated, short-lived, used once at completion'),
  duty('H2', 'signed requests and signed responses'),
  duty('H3', 'resource indicators narrow the audience'),
  duty('H4', 'rich authorization requests are checked, shown, granted, narrowed and introspected'),
  duty('H5', 'step-up: what a resource asks for is honoured and visible'),
  // More grants
  duty('I1', 'the device flow, with codes that people can type and nobody can guess'),
  duty('I2', 'token exchange and JWT bearer: by policy, never wider, never longer'),
  duty('I3', 'backchannel authentication, by poll and by ping: asked, decided once, and told to the client'),
  duty('I4', 'identity assertions: issued by policy for one audience, redeemed from trusted issuers once'),
  // More logout, more metadata
  duty('J1', 'front-channel logout and session management'),
  duty('J2', 'introspection as JWT, protected resource metadata'),
  duty('J3', 'initiate_login_uri; metadata members of our own begin with eyrie_'),
  // Factors
  duty('K1', 'a passkey is verified with its challenge, counter, owner and origin'),
  duty('K2', 'a one-time code is used once, with one step of drift, under a throttle'),
  duty('K3', 'recovery codes are used once; a change of factors needs a fresh proof'),
  duty('K4', 'acr and amr tell what was proven, and what is missing alone is asked for'),
  duty(
    'K5',
    'recovery answers alike for all names; links work once, for 30 minutes, by POST alone, and end the rest',
  ),
  duty('K6', 'passwords are normalised, none of the common ones, and rehashed when the cost grows'),
  // Upstreams
  duty(
    'L1',
    'answers of OpenID providers are checked; their back-channel logout ends the sessions from them',
  ),
  // Provisioning
  duty(
    'M1',
    'SCIM as RFC 7643, RFC 7644 and RFC 9865 have it, and as Entra ID and Okta use it, within limits',
  ),
  duty('M2', 'whoever is deprovisioned loses sessions, grants and tokens at once'),
  // Faults and limits
  duty('O1', 'a fault of the database is answered with 503, in time'),
  duty('O2', 'what anonymous requests can cause is bounded, and every regular expression is linear'),
];
