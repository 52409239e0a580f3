import * as fc from 'fast-check';
import {
  matchesRedirectUri,
  redirectHost,
  redirectOrigin,
  redirectUriProblem,
} from '../../src/protocol/redirect-uri.js';
import { responseLocation } from '../../src/protocol/response-mode.js';
import { anyText, mostly, requestText } from '../support/arbitraries.js';

/** Most of these may not be registered, and some may. */
const anyUri = fc
  .tuple(
    mostly('https://', 'http://', 'com.example.app:/', 'com.example.app://', 'HTTPS://', 'javascript:', ''),
    mostly(
      'app.example.com',
      'localhost',
      '127.0.0.1',
      '[::1]',
      '[2001:db8::1]',
      'a;b',
      "'none'",
      'a,b',
      'x_y',
    ),
    mostly('', ':8443', ':80', ':443', ':0', ':65535', ':65536', ':'),
    mostly('', '/', '/cb', '/a/b', '/cb%20x', '/%2e%2e/x', '/a//b', '/...', '/~', '/cb;v=1'),
    mostly('', '', '?', '?x=1', '?x=1&y=2', '?state=mine', '#', '#x'),
  )
  .map((parts) => parts.join(''));

const applicationType = fc.constantFrom('web', 'native');
const registrable = fc
  .tuple(anyUri, applicationType)
  .filter(([uri, type]) => redirectUriProblem(uri, type) === undefined)
  .map(([uri]) => uri);

/** The same text with one small change. */
const changed = (uri: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(uri.length), fc.nat(1), fc.oneof(anyText, fc.constantFrom('a', 'A', '/', '%61', '1', '')))
    .map(([at, dropped, added]) => uri.slice(0, at) + added + uri.slice(at + dropped));

const literal = fc.constantFrom('http://127.0.0.1', 'http://[::1]', 'http://localhost');
const port = fc.integer({ min: 1, max: 65_535 });
const rest = fc.constantFrom('', '/', '/cb', '/cb?x=1', '/a:1/b');

describe('Properties of redirection URIs', () => {
  it('A4 any text is registrable or has a problem, and never fails', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, anyUri), applicationType, (uri, type) => {
        const problem = redirectUriProblem(uri, type);
        expect(problem === undefined || problem.length > 0).toBe(true);
        expect(() => matchesRedirectUri([uri], uri)).not.toThrow();
      }),
    );
  });

  it('A4 what a web client may register, a native one may too', () => {
    fc.assert(
      fc.property(anyUri, (uri) => {
        fc.pre(redirectUriProblem(uri, 'web') === undefined);
        expect(redirectUriProblem(uri, 'native')).toBeUndefined();
      }),
    );
  });

  it('A4 what may be registered means what it says: scheme, host and path as written, no user, no fragment', () => {
    fc.assert(
      fc.property(registrable, (uri) => {
        const url = new URL(uri);
        expect(uri).toMatch(/^[\x21-\x7e]+$/);
        expect([url.username, url.password, url.hash, uri.includes('#')]).toEqual(['', '', '', false]);
        expect(uri.startsWith(url.protocol)).toBe(true);
        if (!/^https?:/.test(uri)) return;
        const [, host = '', path = ''] = /^https?:\/\/([^/?:[]+|\[[^\]]+\])(?::\d*)?([^?]*)/.exec(uri) ?? [];
        expect(url.hostname).toBe(host.toLowerCase());
        expect(url.pathname).toBe(path || '/');
      }),
    );
  });

  it('A4 what may be registered matches itself byte for byte, and nothing near it', () => {
    const pairs = registrable.chain((uri) => fc.tuple(fc.constant(uri), changed(uri)));
    fc.assert(
      fc.property(pairs, ([uri, other]) => {
        expect(matchesRedirectUri([uri], uri)).toBe(true);
        const isLiteral = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)/.test(uri);
        if (!isLiteral) expect(matchesRedirectUri([uri], other)).toBe(other === uri);
        else if (matchesRedirectUri([uri], other)) expect(withoutPort(other)).toBe(withoutPort(uri));
      }),
    );
  });

  it('A4 on loopback any two ports match, and no other host or path', () => {
    fc.assert(
      fc.property(
        literal,
        port,
        port,
        rest,
        literal,
        rest,
        (host, mine, theirs, path, otherHost, otherPath) => {
          expect(matchesRedirectUri([`${host}:${mine}${path}`], `${host}:${theirs}${path}`)).toBe(true);
          expect(matchesRedirectUri([`${host}${path}`], `${host}:${theirs}${path}`)).toBe(true);
          expect(matchesRedirectUri([`${host}:${mine}${path}`], `${otherHost}:${theirs}${otherPath}`)).toBe(
            host === otherHost && path === otherPath,
          );
        },
      ),
    );
  });

  it('A4 more registered URIs never match less', () => {
    fc.assert(
      fc.property(fc.array(anyUri), fc.array(anyUri), fc.oneof(anyUri, literal), (some, more, presented) => {
        fc.pre(matchesRedirectUri(some, presented) || some.length > 0);
        const [first = presented] = some;
        expect(matchesRedirectUri([...more, ...some], first)).toBe(true);
        if (matchesRedirectUri(some, presented))
          expect(matchesRedirectUri([...some, ...more], presented)).toBe(true);
      }),
    );
  });

  it('E3 its origin stands in a Content-Security-Policy as one source, whatever its host', () => {
    fc.assert(
      fc.property(registrable, (uri) => {
        expect(redirectOrigin(uri)).toMatch(/^(https?:\/\/[a-z\d.-]+(:\d+)?|[a-z][a-z\d+.-]*:)$/);
        expect(redirectHost(uri)).not.toBe('');
      }),
    );
  });

  it('A7 a response keeps the registered URI and its query, and carries every parameter back byte for byte', () => {
    const parameters = fc.dictionary(
      requestText.map((name) => `p${name}`),
      requestText,
      { maxKeys: 5 },
    );
    fc.assert(
      fc.property(registrable, fc.constantFrom('query', 'fragment'), parameters, (uri, transport, sent) => {
        const location = responseLocation(uri, transport, sent);
        expect(location.startsWith(uri)).toBe(true);
        expect(location).toMatch(/^[\x21-\x7e]+$/);
        const url = new URL(location);
        expect(url.origin).toBe(new URL(uri).origin);
        const own = new URL(uri).searchParams;
        const got = [...(transport === 'query' ? url.searchParams : new URLSearchParams(url.hash.slice(1)))];
        expect(got).toEqual([...(transport === 'query' ? own : []), ...Object.entries(sent)]);
      }),
    );
  });
});

function withoutPort(uri: string): string {
  return uri.replace(/^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)):\d+/, '$1');
}
