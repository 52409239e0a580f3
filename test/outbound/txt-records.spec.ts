import { readSettings } from '../../src/config/settings.js';
import { LookupError, TxtRecords } from '../../src/outbound/txt-records.js';
import { DnsServer, serverFailure } from '../support/dns-server.js';
import { freePort, testSecret } from '../support/server.js';

const dns = await DnsServer.start();
afterAll(() => dns.stop());
const recordsAt = (address: string): TxtRecords =>
  new TxtRecords(readSettings({ EYRIE_DNS_SERVERS: address, EYRIE_SECRET: testSecret, NODE_ENV: 'test' }));

describe('TXT records', () => {
  const records = recordsAt(dns.address);

  it('of a name are found, the parts of each joined', async () => {
    dns.answers.set('_x.example.com', [['v=spf1 ', '-all'], ['second']]);
    expect((await records.find('_x.example.com')).toSorted()).toEqual(['second', 'v=spf1 -all']);
  });

  it('of a name that has none, or is none, are none', async () => {
    dns.answers.set('empty.example.com', []);
    expect(await records.find('empty.example.com')).toEqual([]);
    expect(await records.find('nothing.example.com')).toEqual([]);
  });

  it('cannot be looked up at a server that fails', async () => {
    dns.answers.set('broken.example.com', serverFailure);
    await expect(records.find('broken.example.com')).rejects.toThrow('DNS answered that it failed');
  });

  it('cannot be looked up at a server that is away', async () => {
    await expect(recordsAt(`127.0.0.1:${await freePort()}`).find('a.example.com')).rejects.toThrow(
      LookupError,
    );
  });

  it('are given up once the time for the look-up is over', async () => {
    dns.answers.set('silent.example.com', 'silence');
    await expect(records.find('silent.example.com', 50)).rejects.toThrow('DNS did not answer in time');
  });
});
