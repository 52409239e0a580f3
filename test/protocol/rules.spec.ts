import { parseClaimsRequest, satisfies } from '../../src/protocol/claims-request.js';
import { scopeClaims, selectClaims, suppliedClaims } from '../../src/protocol/claims.js';
import { codeChallenge, isCodeVerifier, verifiesChallenge } from '../../src/protocol/pkce.js';
import { parseMaxAge, parsePrompt, supportedPrompts } from '../../src/protocol/prompt.js';
import { responseLocation, responseMode } from '../../src/protocol/response-mode.js';
import { formatScope, isWithin, parseScope } from '../../src/protocol/scope.js';

const invalid = (code: string) => expect.objectContaining({ code, status: 400 });

describe('scope (RFC 6749 §3.3)', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['   ', []],
    ['openid', ['openid']],
    ['b a  b ', ['b', 'a']],
    ['!#[]~', ['!#[]~']],
    ['https://example.com/read', ['https://example.com/read']],
  ])('%j is %j', (value, scopes) => {
    expect(parseScope(value)).toEqual(scopes);
    expect(parseScope(formatScope(scopes))).toEqual(scopes);
  });

  it.each(['a"b', 'a\\b', 'a\tb', 'a\nb', 'é', 'a\u00a0b', '\x7f'])('%j is invalid_scope', (value) => {
    expect(() => parseScope(value)).toThrow(invalid('invalid_scope'));
  });

  it('is within another when each of its values is', () => {
    expect(isWithin([], [])).toBe(true);
    expect(isWithin(['a'], ['b', 'a'])).toBe(true);
    expect(isWithin(['a', 'c'], ['b', 'a'])).toBe(false);
    expect(isWithin(['A'], ['a'])).toBe(false);
  });
});

describe('PKCE (RFC 7636)', () => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

  it('the example of Appendix B verifies, and nothing near it does', () => {
    expect(verifiesChallenge(verifier, challenge)).toBe(true);
    expect(verifiesChallenge(verifier, `${challenge}=`)).toBe(false);
    expect(verifiesChallenge(verifier, challenge.toLowerCase())).toBe(false);
    expect(verifiesChallenge(challenge, challenge)).toBe(false);
    expect(verifiesChallenge(verifier, '')).toBe(false);
  });

  it.each([
    ['x'.repeat(42), false],
    ['x'.repeat(43), true],
    ['x'.repeat(128), true],
    ['x'.repeat(129), false],
    [`${'x'.repeat(43)}\n`, false],
    [`${'x'.repeat(42)}é`, false],
    [`${'x'.repeat(42)}=`, false],
    [`${'x'.repeat(39)}-._~`, true],
  ])('%j is a verifier: %s', (text, is) => {
    expect(isCodeVerifier(text)).toBe(is);
  });

  it('is needed where it is required, and may be absent elsewhere', () => {
    expect(codeChallenge(undefined, undefined, false)).toBeUndefined();
    expect(() => codeChallenge(undefined, undefined, true)).toThrow(invalid('invalid_request'));
    expect(codeChallenge(challenge, 'S256', true)).toBe(challenge);
    expect(codeChallenge(challenge, 'S256', false)).toBe(challenge);
  });

  it.each([
    [challenge, 'plain'],
    [challenge, undefined],
    [challenge, 's256'],
    [challenge, 'S512'],
    [undefined, 'S256'],
    ['x'.repeat(42), 'S256'],
    ['x'.repeat(129), 'S256'],
    [`${challenge.slice(1)}+`, 'S256'],
  ])('challenge %s with method %s is invalid_request, required or not', (value, method) => {
    for (const required of [true, false])
      expect(() => codeChallenge(value, method, required)).toThrow(invalid('invalid_request'));
  });
});

describe('prompt and max_age (OIDC Core §3.1.2.1)', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['none', ['none']],
    ['login consent', ['login', 'consent']],
    [' login  login ', ['login']],
    ['select_account', ['select_account']],
    ['none none', ['none']],
    ['create', []],
    ['Login', []],
    ['login,consent', []],
    ['__proto__ constructor', []],
    ['create login x', ['login']],
    ['none create', ['none']],
  ])('prompt=%j asks for %j', (value, prompts) => {
    expect([...parsePrompt(value, supportedPrompts(false))]).toEqual(prompts);
  });

  it.each(['none login', 'login none', 'none create consent'])('prompt=%j is invalid_request', (value) => {
    expect(() => parsePrompt(value, supportedPrompts(false))).toThrow(invalid('invalid_request'));
  });

  it.each([
    [undefined, undefined],
    ['0', 0],
    ['00', 0],
    ['3600', 3_600],
    ['99999999999', 99_999_999_999],
  ])('max_age=%j is %j', (value, age) => {
    expect(parseMaxAge(value)).toBe(age);
  });

  it.each(['-1', '+1', '1.5', '1e3', '0x10', 'ten', ' 1', '1 ', '١'])(
    'max_age=%j is invalid_request',
    (value) => {
      expect(() => parseMaxAge(value)).toThrow(invalid('invalid_request'));
    },
  );
});

describe('response_mode', () => {
  it.each([
    [undefined, 'query', false],
    ['query', 'query', false],
    ['fragment', 'fragment', false],
    ['form_post', 'form_post', false],
    ['jwt', 'query', true],
    ['fragment.jwt', 'fragment', true],
  ])('%j is %s for a code, signed: %s', (value, transport, signed) => {
    expect(responseMode(value, false)).toEqual({ transport, signed });
  });

  it.each([
    [undefined, 'fragment', false],
    ['form_post', 'form_post', false],
    ['jwt', 'fragment', true],
  ])('%j is %s where tokens come along, signed: %s', (value, transport, signed) => {
    expect(responseMode(value, true)).toEqual({ transport, signed });
  });

  it.each(['Query', 'web_message', 'query.jwe', 'query fragment', 'toString'])(
    '%j is invalid_request',
    (value) => {
      expect(() => responseMode(value, false)).toThrow(invalid('invalid_request'));
    },
  );

  it('query never carries tokens', () => {
    expect(() => responseMode('query', true)).toThrow(invalid('invalid_request'));
  });

  it.each([
    ['https://a.example/cb', 'query', 'https://a.example/cb?state=x+%26y&iss=i'],
    ['https://a.example/cb?t=1', 'query', 'https://a.example/cb?t=1&state=x+%26y&iss=i'],
    ['https://a.example/cb?', 'query', 'https://a.example/cb?&state=x+%26y&iss=i'],
    ['https://a.example/cb?t=1', 'fragment', 'https://a.example/cb?t=1#state=x+%26y&iss=i'],
    ['com.example.app:/cb', 'query', 'com.example.app:/cb?state=x+%26y&iss=i'],
  ] as const)('%s by %s keeps the URI as it is', (uri, mode, location) => {
    expect(responseLocation(uri, mode, { state: 'x &y', iss: 'i' })).toBe(location);
  });

  it('no value can break out of the parameters, nor into a header', () => {
    const location = responseLocation('https://a.example/cb', 'query', {
      state: 'a\r\nSet-Cookie: x=1#&code=y',
    });
    expect(location).toMatch(/^[\x21-\x7e]+$/);
    expect(new URL(location).searchParams.get('state')).toBe('a\r\nSet-Cookie: x=1#&code=y');
    expect(new URL(location).searchParams.has('code')).toBe(false);
  });
});

describe('claims (OIDC Core §5.5)', () => {
  it('both targets are read, and null asks in the default manner', () => {
    const { userinfo, idToken } = parseClaimsRequest(
      '{"userinfo":{"email":null},"id_token":{"acr":{"essential":true,"values":["a","b"]},"auth_time":{"essential":true}}}',
    );
    expect([...userinfo]).toEqual([['email', {}]]);
    expect(idToken.get('acr')).toMatchObject({ essential: true, values: ['a', 'b'] });
    expect(idToken.has('auth_time')).toBe(true);
  });

  it.each([undefined, '{}', '{"userinfo":null,"id_token":{}}', '{"other":{"x":1}}'])(
    '%j asks for nothing',
    (value) => {
      const { userinfo, idToken } = parseClaimsRequest(value);
      expect(userinfo.size + idToken.size).toBe(0);
    },
  );

  it.each([
    'x',
    'null',
    '[]',
    '"x"',
    '1',
    '{',
    '{"userinfo":[]}',
    '{"userinfo":"x"}',
    '{"id_token":{"acr":true}}',
    '{"id_token":{"acr":[]}}',
    '{"id_token":{"acr":{"essential":"yes"}}}',
    '{"id_token":{"acr":{"values":"a"}}}',
    '['.repeat(30_000),
  ])('%.40s is invalid_request', (value) => {
    expect(() => parseClaimsRequest(value)).toThrow(invalid('invalid_request'));
  });

  it('names of every object are claims like others', () => {
    const { userinfo } = parseClaimsRequest('{"userinfo":{"__proto__":null,"constructor":null}}');
    expect([...userinfo.keys()]).toEqual(['__proto__', 'constructor']);
    expect(parseClaimsRequest('{"__proto__":{"userinfo":{"email":null}}}').userinfo.size).toBe(0);
  });

  it.each([
    [undefined, 'a', true],
    [{}, undefined, true],
    [{ value: 'a' }, 'a', true],
    [{ value: 'a' }, 'b', false],
    [{ values: ['a', 'b'] }, 'b', true],
    [{ values: [] }, 'b', false],
    [{ value: '1' }, 1, false],
  ])('a request for %j is satisfied by %j: %s', (request, actual, satisfied) => {
    expect(satisfies(request, actual)).toBe(satisfied);
  });

  it('scopes release their claims and no other; values that are none are left out', () => {
    const all = Object.fromEntries(suppliedClaims.map((claim) => [claim, `${claim}!`]));
    for (const [scope, claims] of Object.entries(scopeClaims))
      expect(Object.keys(selectClaims((claim) => all[claim], [scope])).toSorted()).toEqual(claims.toSorted());
    expect(
      selectClaims((claim) => all[claim], ['openid', 'offline_access', '__proto__', 'constructor']),
    ).toEqual({});
    const some: Record<string, unknown> = { name: '', email: null, email_verified: false };
    expect(selectClaims((claim) => some[claim], ['profile', 'email'])).toEqual({
      email_verified: false,
    });
  });
});
