import { networksOf, plainAddress } from '../../src/http/network.js';

describe('The address that a proxy forwards', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:50000', '203.0.113.9'],
    [' 203.0.113.9 ', '203.0.113.9'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:50000', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::FFFF:cb00:7109', '203.0.113.9'],
    ['[::ffff:203.0.113.9]:443', '203.0.113.9'],
    ['0:0:0:0:0:ffff:cb00:7109', '203.0.113.9'],
    ['unknown', 'unknown'],
    ['_hidden:80', '_hidden:80'],
    ['[2001:db8::1', '[2001:db8::1'],
    ['', ''],
  ])('%j is %j', (forwarded, address) => {
    expect(plainAddress(forwarded)).toBe(address);
  });
});

describe('The networks of an address', () => {
  it('an IPv4 address is counted alone', () => {
    expect(networksOf('203.0.113.9:50000')).toEqual([{ name: '203.0.113.9', share: 1 }]);
  });

  it('an IPv6 address is counted with its /64, /56 and /48, which may do more', () => {
    expect(networksOf('[2001:DB8:1:23ff:4::5]:443')).toEqual([
      { name: '2001:db8:1:23ff/64', share: 1 },
      { name: '2001:db8:1:2300/56', share: 4 },
      { name: '2001:db8:1/48', share: 16 },
    ]);
  });

  it.each(['2001:db8::1', '2001:db8:0:0:0:0:0:2', '2001:0db8::ffff:1.2.3.4'])(
    'the spelling of an IPv6 address does not matter (%s)',
    (address) => {
      expect(networksOf(address).map(({ name }) => name)).toEqual([
        '2001:db8:0:0/64',
        '2001:db8:0:0/56',
        '2001:db8:0/48',
      ]);
    },
  );
});
