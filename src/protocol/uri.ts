/** Scheme, authority, path, and the rest: query and fragment (RFC 3986 Appendix B). */
const components = /^([A-Za-z][A-Za-z\d+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(.*)$/s;

/** The ports that an authority may leave out (RFC 3986 §6.2.3). */
const defaultPorts: Readonly<Record<string, string>> = {
  http: '80',
  https: '443',
  ws: '80',
  wss: '443',
  ftp: '21',
};

/**
 * A URI in the form for comparison: after the syntax-based and scheme-based normalization of RFC 3986 §6.2.2 and §6.2.3. Equivalent
 * identifiers have the same form; it is never stored or sent in place of the registered spelling. Other text is returned unchanged.
 */
export function normalizeUri(uri: string): string {
  const match = components.exec(uri);
  if (!match) return uri;
  const [, scheme = '', authority, path = '', rest = ''] = match;
  const name = scheme.toLowerCase();
  const plain = withoutDotSegments(normalizeEncoding(path));
  const end = normalizeEncoding(rest);
  if (authority === undefined) return `${name}:${plain}${end}`;
  // "a URI that uses the generic syntax for authority with an empty path should be normalized to a path of '/'" (§6.2.3)
  return `${name}://${normalizeAuthority(authority, defaultPorts[name])}${plain || '/'}${end}`;
}

/** Whether one of the identifiers is this one, in whatever spelling. */
export function namesUri(identifiers: readonly string[], uri: string): boolean {
  if (identifiers.includes(uri)) return true;
  const form = normalizeUri(uri);
  return identifiers.some((identifier) => normalizeUri(identifier) === form);
}

function normalizeAuthority(authority: string, defaultPort: string | undefined): string {
  const hostAt = authority.lastIndexOf('@') + 1;
  const address = authority.slice(hostAt);
  const [, host = address, port = ''] = /^(\[[^\]]*\]|[^:]*):(\d*)$/.exec(address) ?? [];
  const kept = port === '' || port === defaultPort ? '' : `:${port}`;
  const lowerCase = normalizeEncoding(normalizeEncoding(host).toLowerCase());
  return `${normalizeEncoding(authority.slice(0, hostAt))}${lowerCase}${kept}`;
}

/** Percent-encoding in one form: unreserved characters are decoded; the other encodings are in upper case (RFC 3986 §6.2.2.1 and §6.2.2.2). */
function normalizeEncoding(text: string): string {
  return text.replaceAll(/%[\dA-Fa-f]{2}/g, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : encoded.toUpperCase();
  });
}

/** The path without the segments "." and ".." (RFC 3986 §6.2.2.3). A path without a root, as of a URN, has none. */
function withoutDotSegments(path: string): string {
  if (!path.startsWith('/')) return path;
  const segments = path.slice(1).split('/');
  const kept: string[] = [];
  segments.forEach((segment, index) => {
    const isDots = segment === '.' || segment === '..';
    if (segment === '..') kept.pop();
    if (!isDots) kept.push(segment);
    else if (index === segments.length - 1) kept.push('');
  });
  return `/${kept.join('/')}`;
}
