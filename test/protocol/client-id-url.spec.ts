import { clientIdUrlProblem, isClientIdUrl } from '../../src/protocol/client-id-url.js';

describe('F6 a Client Identifier URL', () => {
  it.each([
    'https://app.example.com/client.json',
    'https://app.example.com:8443/client',
    'https://app.example.com:443/client',
    'https://app.example.com/a/b/?version=2',
    'https://app.example.com/a..b/.well-known/client',
  ])('%s may be one', (url) => {
    expect(clientIdUrlProblem(url)).toBeUndefined();
  });

  it.each([
    ['https://app.example.com', 'has no path'],
    ['https://app.example.com/', 'has no path'],
    ['https://app.example.com?client', 'has no path'],
    ['https://app.example.com/client#fragment', 'has a fragment'],
    ['https://app.example.com/client#', 'has a fragment'],
    ['https://user@app.example.com/client', 'has user information'],
    ['https://user:password@app.example.com/client', 'has user information'],
    ['https://@app.example.com/client', 'has user information'],
    ['https://app.example.com/./client', 'has dot segments'],
    ['https://app.example.com/a/../client', 'has dot segments'],
    ['https://app.example.com/a/%2e%2E/client', 'has dot segments'],
    ['https://app.example.com/client/..', 'has dot segments'],
    ['https://APP.example.com/client', 'is not written as https://app.example.com/client'],
    ['https://0x7f.1/client', 'is not written as https://127.0.0.1/client'],
    ['https://app.example.com\\client', 'has no path'],
    ['https://app.example.com/a client', 'is not a URL'],
    ['https://app.example.com/ä', 'is not a URL'],
    ['https://', 'is not a URL'],
    [`https://app.example.com/${'a'.repeat(255)}`, 'is longer than 255 characters'],
  ])('%s is refused: it %s', (url, problem) => {
    expect(clientIdUrlProblem(url)).toMatch(problem === 'has no path' ? /no path|not written/ : problem);
  });

  it('other client_ids are none', () => {
    const others = ['message-writer', 'urn:client:1', 'ftp://app.example.com/a'];
    const tooLong = `https://${'\u4e00'.repeat(300)}.example/a`;
    expect([...others, tooLong].some(isClientIdUrl)).toBe(false);
  });
});
