/** What a client runs on (OIDC Registration §2). */
export const applicationTypes = ['web', 'native'] as const;

/** http on loopback, where the operating system chooses the port (RFC 8252 §7.3); also by the name that §8.3 advises against. */
const loopbackUri = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::(\d{1,5}))?((?:[/?].*)?)$/;
const highestPort = 65_535;
/** The host of a web address as it is written: a name or an IP literal (RFC 3986 §3.2.2), in what DNS and browsers let stand. */
const writtenHost = /^https?:\/\/([A-Za-z\d._-]+|\[[\dA-Fa-f:.]+\])(?::\d*)?(?:[/?]|$)/;
/** What is neither reserved, unreserved nor a percent-encoding (RFC 3986 §2): looked for before a host of any letters is parsed, which takes long. */
const notOfUris = /[^\x21-\x7e]|["<>\\^`{|}]|%(?![\da-f]{2})/i;
const dangerousSchemes = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'file:',
  'blob:',
  'about:',
  'ftp:',
  'ws:',
  'wss:',
]);

/**
 * Whether a presented redirection URI is one of the registered ones: "exact string matching, except for port numbers in
 * localhost redirection URIs of native apps" (RFC 9700 §2.1).
 */
export function matchesRedirectUri(registered: readonly string[], presented: string): boolean {
  if (registered.includes(presented)) return true;
  const loopback = loopbackForm(presented);
  return loopback !== undefined && registered.some((uri) => loopbackForm(uri) === loopback);
}

/** The private-use schemes without a dot that a client may have. */
export interface DotlessSchemes {
  /** Those that the operator allows, as `vscode`. */
  readonly allowed: readonly string[];
  /** They are for clients without credentials, which are all that the applications behind them can be. */
  readonly isPublic: boolean;
}

const noDotlessSchemes: DotlessSchemes = { allowed: [], isPublic: false };

/**
 * The violation of a redirection URI that a client wants to register; undefined if it may be registered
 * (RFC 6749 §3.1.2, RFC 8252 §7, OIDC Registration §2 application_type).
 */
export function redirectUriProblem(
  uri: string,
  applicationType: string,
  dotlessSchemes: DotlessSchemes = noDotlessSchemes,
): string | undefined {
  if (notOfUris.test(uri)) return 'has characters that do not belong in a URI';
  if (uri.includes('*')) return 'must not hold a wildcard';
  if (uri.includes('#')) return 'must not have a fragment';
  let url: URL;
  try {
    url = new URL(uri);
  } catch {
    return 'must be an absolute URI';
  }
  if (dangerousSchemes.has(url.protocol)) return `must not use the scheme ${url.protocol}`;
  if (url.username !== '' || url.password !== '' || /^[a-z][a-z\d+.-]*:\/\/[^/?]*@/i.test(uri))
    return 'must not hold user information';
  if (/\/\.{1,2}(?:[/?]|$)/.test(uri.replace(/%2e/gi, '.'))) return 'must not hold dot segments';
  if (url.protocol === 'https:') return hostProblem(uri, url);
  if (url.protocol === 'http:') {
    return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
      ? hostProblem(uri, url)
      : 'may use http only on loopback';
  }
  if (applicationType !== 'native') return 'must use https';
  return schemeProblem(url.protocol, dotlessSchemes);
}

/** RFC 8252 §7.1: private-use schemes are reverse domain names, so they hold a dot. Some applications that people use have others. */
function schemeProblem(protocol: string, { allowed, isPublic }: DotlessSchemes): string | undefined {
  if (protocol.includes('.')) return undefined;
  if (!allowed.includes(protocol.slice(0, -1)))
    return 'must use a private-use scheme with a dot, such as com.example.app:/callback, or one of EYRIE_REDIRECT_SCHEMES';
  return isPublic ? undefined : 'uses a scheme without a dot, which is for public clients only';
}

/** The application type of a client that names none: private-use schemes are those of native clients (RFC 8252 §7.1). */
export function applicationTypeOf(uris: readonly string[]): (typeof applicationTypes)[number] {
  const isPrivateUse = (uri: string): boolean =>
    !notOfUris.test(uri) && URL.canParse(uri) && !['https:', 'http:'].includes(new URL(uri).protocol);
  return uris.some(isPrivateUse) ? 'native' : 'web';
}

/** Whether a registered redirection URI leads to an application on the user's device (RFC 8252 §7), not to a web site. */
export const leadsToApplication = (uri: string): boolean => new URL(uri).protocol !== 'https:';

/**
 * The origin of a redirection URI as a Content-Security-Policy source. For a private-use scheme, an IPv6 literal and whatever else
 * a host-source cannot express it is the scheme alone (CSP3 §2.3.1).
 */
export function redirectOrigin(uri: string): string {
  const url = new URL(uri);
  return url.origin !== 'null' && /^[a-z\d.-]+$/.test(url.hostname) ? url.origin : url.protocol;
}

/** The host, for the consent page. What stands in its place behind a private-use scheme is chosen by the application. */
export function redirectHost(uri: string): string {
  const { protocol, host } = new URL(uri);
  return ['https:', 'http:'].includes(protocol) ? host : `the app that owns ${protocol}`;
}

/** A host must be written as browsers normalise it: `%61` or `0x7f.1` would mislead people. */
function hostProblem(uri: string, url: URL): string | undefined {
  const [, host] = writtenHost.exec(uri) ?? [];
  if (host === undefined) return 'must name a host';
  return host.startsWith('[') || host.toLowerCase() === url.hostname
    ? undefined
    : `must name its host as ${url.hostname}`;
}

function loopbackForm(uri: string): string | undefined {
  const [, host, port = '', rest] = loopbackUri.exec(uri) ?? [];
  return host !== undefined && Number(port) <= highestPort ? `${host}${rest}` : undefined;
}
