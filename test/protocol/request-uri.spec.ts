import { documentHash, matchesRequestUri, requestUriProblem } from '../../src/protocol/request-uri.js';

const uri = 'https://writer.example.com/request';
const hash = 'a'.repeat(43);

describe('H2 request_uri (RFC 9101 §5.2, OIDC Core §6.2)', () => {
  it.each([
    [uri, uri],
    [uri, `${uri}#${hash}`],
    [`${uri}#${hash}`, `${uri}#${hash}`],
    [`${uri}#version-1`, `${uri}#version-1`],
  ])('H2 registered as %s it may be used as %s', (registered, used) => {
    expect(matchesRequestUri(['https://other.example/', registered], used)).toBe(true);
  });

  it.each([
    [uri, `${uri}/`],
    [uri, `${uri}?x`],
    [uri, `${uri}#`],
    [uri, `${uri}#version-2`],
    [uri, `${uri}#${hash}a`],
    [uri, `${uri}#${hash}\n`],
    [uri, uri.toUpperCase()],
    [`${uri}#${hash}`, uri],
    [`${uri}#${hash}`, `${uri}#${'b'.repeat(43)}`],
  ])('H2 registered as %s it may not be used as %j', (registered, used) => {
    expect(matchesRequestUri([registered], used)).toBe(false);
  });

  it('H2 a fragment in the form of a SHA-256 hash says what the document is', () => {
    expect(documentHash(`${uri}#${hash}`)).toBe(hash);
    expect(documentHash(`${uri}#version-1`)).toBeUndefined();
    expect(documentHash(uri)).toBeUndefined();
  });

  it('H2 512 ASCII characters are the most', () => {
    expect(requestUriProblem(uri.padEnd(512, 'x'))).toBeUndefined();
    for (const bad of [uri.padEnd(513, 'x'), '', `${uri} `, `${uri}é`, `${uri}\n`])
      expect(requestUriProblem(bad)).toBe('must be at most 512 ASCII characters without spaces');
  });
});
