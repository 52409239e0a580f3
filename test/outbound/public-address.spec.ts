import type { LookupAddress } from 'node:dns';
import { outboundProblem, publicLookup } from '../../src/outbound/outbound-rules.js';
import { isPublicAddress } from '../../src/outbound/public-address.js';

const local = 'must not lead to a private, loopback or link-local address';

describe('F4 public addresses', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '100.128.0.1',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

  const special = `0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.168.1.1 198.18.0.1 203.0.113.9 224.0.0.1 255.255.255.255
    :: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 64:ff9b::7f00:1 fc00::1 fd12::1 fe80::1 fe80::1%eth0 ff02::1 2001:db8::1 2002:7f00:1:: 2001::1`;
  it.each([...special.split(/\s+/), '', 'localhost', '8.8.8', '0x7f.1'])('%s is not public', (address) =>
    expect(isPublicAddress(address)).toBe(false),
  );
});

describe('F4 URLs that a client names', () => {
  it.each(['https://keys.example.com/jwks', 'https://8.8.8.8/jwks', 'https://[2606:4700::1111]:8443/'])(
    '%s may be fetched',
    (url) => expect(outboundProblem(url, [])).toBeUndefined(),
  );

  it.each([
    ['http://keys.example.com/jwks', 'must use https'],
    ['ftp://keys.example.com/', 'must use https'],
    ['file:///etc/passwd', 'must use https'],
    ['data:application/json,{}', 'must use https'],
    ['/jwks', 'must be an absolute URL'],
    ['https://user:secret@keys.example.com/', 'must not hold user information'],
    ['https://127.0.0.1/', local],
    ['https://2130706433/', local],
    ['https://0x7f000001/', local],
    ['https://0177.0.0.1/', local],
    ['https://127.1/', local],
    ['https://0/', local],
    ['https://[::1]/', local],
    ['https://[::ffff:7f00:1]/', local],
    ['https://[::ffff:10.0.0.1]/', local],
    ['https://[fe80::1]/', local],
    ['https://[fd00::1]/', local],
    ['https://169.254.169.254/latest/meta-data', local],
    ['https://192.168.0.1/', local],
    ['https://localhost/', local],
    ['https://localhost./', local],
    ['https://keys.localhost/', local],
    ['https://LOCALHOST:8443/', local],
    ['https://①②⑦.⓪.⓪.①/', local],
  ])('%s is refused', (url, problem) => expect(outboundProblem(url, [])).toBe(problem));

  it('a host that the operator allows may be local and use http; another port of it only if the host is allowed as a whole', () => {
    expect(outboundProblem('http://127.0.0.1:4000/jwks', ['127.0.0.1'])).toBeUndefined();
    expect(outboundProblem('http://127.0.0.1:4000/jwks', ['127.0.0.1:4000'])).toBeUndefined();
    expect(outboundProblem('http://127.0.0.1:4001/jwks', ['127.0.0.1:4000'])).toBe('must use https');
    expect(outboundProblem('https://[::1]/jwks', ['[::1]'])).toBeUndefined();
    expect(outboundProblem('ftp://127.0.0.1/', ['127.0.0.1'])).toBe('must use https');
  });
});

describe('F4 what names resolve to', () => {
  const lookUp = (answers: string[], all: boolean): Promise<unknown[]> =>
    new Promise((resolve) => {
      const addresses = answers.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      const resolver = (
        _name: string,
        _options: object,
        callback: (error: null, all: LookupAddress[]) => void,
      ): void => callback(null, addresses);
      publicLookup(resolver)('keys.example.com', { all }, (...result) => resolve(result));
    });

  it('a name with local addresses only does not resolve', async () => {
    const [error] = await lookUp(['127.0.0.1', '10.0.0.1', '::1', 'fd00::1', '::ffff:127.0.0.1'], true);
    expect(error).toEqual(new Error('keys.example.com has no public address'));
  });

  it('of a name with addresses of both kinds only the public ones are connected to', async () => {
    expect(await lookUp(['127.0.0.1', '8.8.8.8', '::1'], true)).toEqual([
      null,
      [{ address: '8.8.8.8', family: 4 }],
    ]);
    expect(await lookUp(['10.0.0.1', '2606:4700::1111'], false)).toEqual([null, '2606:4700::1111', 6]);
  });

  it('a name that does not exist stays an error', async () => {
    const missing = Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    const [error] = await new Promise<unknown[]>((resolve) =>
      publicLookup((_name, _options, callback) => callback(missing, []))('nowhere.invalid', {}, (...all) =>
        resolve(all),
      ),
    );
    expect(error).toBe(missing);
  });
});
