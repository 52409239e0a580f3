import {
  applicationTypeOf,
  matchesRedirectUri,
  redirectHost,
  redirectOrigin,
  redirectUriProblem,
} from '../../src/protocol/redirect-uri.js';

describe('A4 matching a redirection URI', () => {
  const registered = [
    'https://app.example.com/cb',
    'https://app.example.com/cb?tenant=1',
    'http://127.0.0.1/cb',
    'http://[::1]:8080/cb',
    'http://localhost:3000/cb',
    'com.example.app:/cb',
  ];

  it.each(registered)('%s matches itself', (uri) => {
    expect(matchesRedirectUri(registered, uri)).toBe(true);
  });

  it.each([
    'https://app.example.com/cb/',
    'https://app.example.com/CB',
    'https://APP.example.com/cb',
    'HTTPS://app.example.com/cb',
    'https://app.example.com:443/cb',
    'https://app.example.com/./cb',
    'https://app.example.com/%63b',
    'https://app.example.com/cb?',
    'https://app.example.com/cb#',
    'https://app.example.com/cb ',
    'https://app.example.com/cb\n',
    'https://app.example.com/cb?tenant=2',
    'https://app.example.com/cb&tenant=1',
    'https://app.example.com.evil.example/cb',
    'https://app.example.com@evil.example/cb',
    'http://app.example.com/cb',
    'http://LOCALHOST:3001/cb',
    'http://localhost.:3001/cb',
    'http://localhost/cb/',
    'com.example.app:/cb/',
    'com.example.app://cb',
    '',
    'null',
  ])('%j matches none', (uri) => {
    expect(matchesRedirectUri(registered, uri)).toBe(false);
  });

  it.each([
    'http://127.0.0.1:49152/cb',
    'http://127.0.0.1:1/cb',
    'http://127.0.0.1:65535/cb',
    'http://[::1]:5/cb',
    'http://[::1]/cb',
    'http://localhost/cb',
    'http://localhost:49152/cb',
  ])('%s matches: on loopback any port will do', (uri) => {
    expect(matchesRedirectUri(registered, uri)).toBe(true);
  });

  it.each([
    'http://127.0.0.1:65536/cb',
    'http://127.0.0.1:99999/cb',
    'http://127.0.0.1:/cb',
    'http://127.0.0.1:80x/cb',
    'http://127.0.0.1:80/other',
    'http://127.0.0.1:80/cb?x=1',
    'http://127.0.0.1:80/cb#x',
    'http://127.0.0.1:80@evil.example/cb',
    'http://127.0.0.1.evil.example/cb',
    'http://127.0.0.1:80\n/cb',
    'http://127.0.0.2:80/cb',
    'http://0.0.0.0:80/cb',
    'https://127.0.0.1:80/cb',
    'http://[::1]:80/other',
    'http://[::2]:80/cb',
    'http://localhost:65536/cb',
    'http://localhost:/cb',
    'http://localhost:80/other',
    'http://localhost:80@evil.example/cb',
    'http://localhost.evil.example/cb',
    'https://localhost:3000/cb',
  ])('%j matches none: a loopback address is as strict about the rest', (uri) => {
    expect(matchesRedirectUri(registered, uri)).toBe(false);
  });

  it('whatever matches can be parsed, so that nothing fails later', () => {
    for (let port = 0; port < 100_000; port += 37) {
      const uri = `http://127.0.0.1:${port}/cb`;
      expect([port, matchesRedirectUri(registered, uri)]).toEqual([port, URL.canParse(uri)]);
    }
  });
});

describe('A4 registering a redirection URI', () => {
  it.each([
    ['https://app.example.com/cb', 'web'],
    ['https://app.example.com', 'web'],
    ['https://app.example.com:8443/cb?tenant=1', 'web'],
    ['https://xn--bcher-kva.example/cb', 'web'],
    ['http://localhost:3000/cb', 'web'],
    ['http://127.0.0.1/cb', 'native'],
    ['http://[::1]:9/cb', 'native'],
    ['com.example.app:/cb', 'native'],
    ['com.example.app://cb', 'native'],
  ] as const)('%s of a %s client may be', (uri, type) => {
    expect(redirectUriProblem(uri, type)).toBeUndefined();
  });

  it.each([
    '',
    'app',
    '/cb',
    '//app.example.com/cb',
    'http://app.example.com/cb',
    'http://10.0.0.1/cb',
    'http://localhost.example.com/cb',
    'http://127.0.0.1.example.com/cb',
    'https://app.example.com/cb#',
    'https://app.example.com/cb#x',
    'https://user@app.example.com/cb',
    'https://user:password@app.example.com/cb',
    'https://@app.example.com/cb',
    'https:app.example.com/cb',
    'https:/app.example.com/cb',
    'HTTPS://app.example.com/cb',
    'https://a;sandbox/cb',
    "https://'none'/cb",
    'https://a.example,b.example/cb',
    'https://%61pp.example.com/cb',
    'https://2130706433/cb',
    'http://0x7f.1/cb',
    'https:///app.example.com/cb',
    'https:\\\\app.example.com/cb',
    'https://app.example.com\\cb',
    'https://app.example.com/a/../cb',
    'https://app.example.com/%2e%2E/cb',
    'https://*.example.com/cb',
    'https://app.example.com/*',
    'https://app.example.com/c b',
    'https://app.example.com/cb\n',
    'https://app.example.com/\u00e9',
    'https://app.example.com/cb"onload',
    'https://app.example.com/<cb>',
    'https://app.example.com/{cb}',
    'https://app.example.com/%zz',
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://app.example.com/x',
    'about:blank',
    'ftp://app.example.com/cb',
    'ws://app.example.com/cb',
    'myapp:/cb',
    'mailto:x@example.com',
  ])('%j may not be, of a web client or a native one', (uri) => {
    for (const type of ['web', 'native'] as const)
      expect([type, typeof redirectUriProblem(uri, type)]).toEqual([type, 'string']);
  });

  it('a private-use scheme is for native clients', () => {
    expect(redirectUriProblem('com.example.app:/cb', 'web')).toBe('must use https');
  });
});

describe('A4 schemes without a dot', () => {
  const allowed = ['cursor', 'vscode'];

  it.each(['cursor://anysphere.cursor-retrieval/oauth/callback', 'vscode:/callback', 'VSCODE://x/y'])(
    '%s may be of a public native client, if the operator allows it',
    (uri) => {
      expect(redirectUriProblem(uri, 'native', { allowed, isPublic: true })).toBeUndefined();
      expect(redirectUriProblem(uri, 'native', { allowed, isPublic: false })).toContain('public clients');
      expect(redirectUriProblem(uri, 'native', { allowed: [], isPublic: true })).toContain(
        'one of EYRIE_REDIRECT_SCHEMES',
      );
      expect(redirectUriProblem(uri, 'web', { allowed, isPublic: true })).toBe('must use https');
    },
  );

  it.each([
    'cursors://x',
    'curso://x',
    'vscode-insiders://x',
    'cursor://u@x/',
    'cursor:/a#b',
    'javascript:1',
  ])('%s may not be', (uri) => {
    const schemes = { allowed: [...allowed, 'javascript'], isPublic: true };
    expect(typeof redirectUriProblem(uri, 'native', schemes)).toBe('string');
  });

  it.each<[string[], string]>([
    [[], 'web'],
    [['https://app.example.com/cb', 'http://localhost:3000/cb', 'http://127.0.0.1/cb'], 'web'],
    [['https://app.example.com/cb', 'com.example.app:/cb'], 'native'],
    [['cursor://x/y'], 'native'],
    [['nothing at all'], 'web'],
    [['com.example.app:/böse'], 'web'],
  ])('a client with %j that names no application type is %s', (uris, type) => {
    expect(applicationTypeOf(uris)).toBe(type);
  });
});

describe('Where a redirection URI leads', () => {
  it.each([
    ['https://app.example.com:8443/cb', 'https://app.example.com:8443', 'app.example.com:8443'],
    ['com.example.app:/cb', 'com.example.app:', 'the app that owns com.example.app:'],
    ['com.example.app://bank.example/cb', 'com.example.app:', 'the app that owns com.example.app:'],
  ])('%s leads to %s', (uri, origin, host) => {
    expect(redirectOrigin(uri)).toBe(origin);
    expect(redirectHost(uri)).toBe(host);
  });
});
