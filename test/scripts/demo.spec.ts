import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { buildEverything, type DemoName, spawnDemo, startDemo, textOf } from '../support/demo.js';
import { freePort } from '../support/server.js';

describe('npm run demo', () => {
  beforeAll(buildEverything, 300_000);

  it('names the taken port, who needs it, and the setting for another', async () => {
    const stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const taken = (stranger.address() as AddressInfo).port;
    const demo = spawnDemo({
      PORT: String(await freePort()),
      CONTACT_SAVER_PORT: String(taken),
      MESSAGE_WRITER_PORT: String(await freePort()),
    });

    const complaint = await textOf(demo.stderr);

    expect(complaint).toBe(
      `Port ${taken} is in use, and ContactSaver needs it: stop the program that uses it, or choose another port with CONTACT_SAVER_PORT=…\n`,
    );
    if (demo.exitCode === null) await once(demo, 'exit');
    expect(demo.exitCode).toBe(1);
    stranger.close();
  });

  it('names the demos there are, if asked for another', async () => {
    const demo = spawnDemo({}, 'companies' as DemoName);

    expect(await textOf(demo.stderr)).toBe(
      'There is no demo "companies": the demos are story and directory\n',
    );
  });

  it('names a port that is none', async () => {
    const demo = spawnDemo({ MESSAGE_WRITER_PORT: 'four thousand' });

    expect(await textOf(demo.stderr)).toBe(
      'MESSAGE_WRITER_PORT is "four thousand": use a port number, or omit it for 4000\n',
    );
  });

  it('guards contacts, and on Ctrl-C ends all that it has started', async () => {
    const demo = await startDemo();
    const withoutToken = await fetch(demo.contactsUrl);
    expect(withoutToken.status).toBe(401);
    expect(withoutToken.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="https:\/\/contacts\.example\.com", .*, DPoP /,
    );

    expect(await demo.stop()).toBe(0);

    for (const url of [demo.issuer, demo.contactsUrl, demo.url]) {
      await expect(fetch(url)).rejects.toThrow('fetch failed');
    }
  });
});
