import { decodeJwt, decodeProtectedHeader } from 'jose';
import { createApplication } from '../../src/application.js';
import { Clock } from '../../src/config/clock.js';
import { readSettings } from '../../src/config/settings.js';
import { JwtSigner } from '../../src/keys/jwt-signer.js';
import { KeyRing } from '../../src/keys/key-ring.js';
import { Database } from '../../src/persistence/database.js';
import { followDatabase } from '../../src/persistence/database-clock.js';
import { UsedJti } from '../../src/persistence/entities/used-jti.entity.js';
import { LeasesStore } from '../../src/persistence/stores/leases.store.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { TestBrowser } from '../support/browser.js';
import { TestClock } from '../support/clock.js';
import { createTestDatabase } from '../support/database.js';
import { type Opened, openDatabase } from '../support/opened.js';
import { ServerProcess } from '../support/programs.js';
import { freePort, startServer, testSecret } from '../support/server.js';
import { authorize, messageWriter, redeem, StoryFile } from '../support/story.js';

const seconds = (): number => Date.now() / 1_000;
const month = 30 * 86_400;

describe('The clock', () => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openDatabase();
  });
  afterAll(() => opened.close());

  it('goes by the time of the database', async () => {
    const clock = new Clock();
    clock.set((seconds() + month) * 1_000);
    expect(Math.abs(clock.now() - seconds() - month)).toBeLessThan(5);
    await followDatabase(clock, opened.database);
    expect(Math.abs(clock.now() - seconds())).toBeLessThan(5);
  });

  it.each([-month, -3_600, 3_600, month])(
    'of a machine that is %d seconds apart is corrected',
    async (apart) => {
      const clock = new Clock();
      const reading = (seconds() - apart) * 1_000;
      const database = { epochMilliseconds: async () => reading };
      const difference = await followDatabase(clock, database as Database);
      expect(Math.abs(difference / 1_000 - apart)).toBeLessThan(5);
      expect(Math.abs(clock.now() - (seconds() - apart))).toBeLessThan(5);
    },
  );

  it('of a machine that is close to the database stays as it is', async () => {
    const clock = new Clock();
    const database = { epochMilliseconds: async () => Date.now() - 1_500 };
    await followDatabase(clock, database as Database);
    expect(clock.now()).toBeGreaterThanOrEqual(Math.floor(seconds()) - 1);
  });

  it('is not steady for a while after a jump', () => {
    const clock = new Clock();
    expect(clock.steadyFor()).toBe(Infinity);
    clock.set((seconds() + 30) * 1_000);
    expect(clock.steadyFor()).toBe(Infinity);
    clock.set((seconds() + month) * 1_000);
    expect(clock.steadyFor()).toBeLessThan(5);
  });

  it('that has jumped sweeps nothing for a quarter of an hour', async () => {
    const clock = new TestClock();
    const sweeper = new Sweeper(opened.database, new LeasesStore(opened.database), clock, { auditTtl: 0 });
    const expiresAt = clock.now() + 3_600;
    await opened.database.write((tx) => tx.insert(UsedJti, { jtiHash: 'active', expiresAt }));
    clock.set((seconds() + month) * 1_000);
    await sweeper.sweepInTurn();
    expect(await opened.database.read.count(UsedJti)).toBe(1);
    clock.advance(901);
    await sweeper.sweepInTurn();
    expect(await opened.database.read.count(UsedJti)).toBe(0);
  });

  it('moves no age when it is corrected', async () => {
    const clock = new Clock();
    const from = clock.monotonic();
    clock.set(0);
    expect(clock.now()).toBe(0);
    expect(clock.monotonic() - from).toBeLessThan(5);
  });
});

describe('A replica whose clock is turned back by an hour', () => {
  it('signs with the new key a minute after a rotation elsewhere', async () => {
    const server = await startServer();
    const elsewhere = await createApplication(
      readSettings({ DATABASE_URL: server.databaseUrl, EYRIE_SECRET: testSecret, EYRIE_LOG_LEVEL: 'error' }),
    );
    await elsewhere.init();
    const rotated = await elsewhere.get(KeyRing).rotate(['ES256'], 'test');
    await elsewhere.close();

    server.clock.turn(-3_600);
    server.clock.advance(61);
    const token = await server.app.get(JwtSigner).sign('ES256', 'JWT', {});
    expect(rotated).toEqual([decodeProtectedHeader(token).kid]);
    await server.stop();
  });
});

describe('Of two replicas, one on a machine that is a month ahead', () => {
  it('each takes the codes of the other, and tokens say the time of the database', async () => {
    const [database, story] = await Promise.all([createTestDatabase(), StoryFile.create()]);
    const port = String(await freePort());
    const environment = {
      DATABASE_URL: database.url,
      EYRIE_APPLY: story.path,
      EYRIE_ISSUER: `http://127.0.0.1:${port}`,
    };
    const skew = `const now = Date.now; Date.now = () => now() + ${month * 1_000};`;
    const right = await ServerProcess.start({ ...environment, PORT: port });
    const ahead = await ServerProcess.start({
      ...environment,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(skew)}`,
    });

    const config = await messageWriter(right.url);
    const code = await authorize(config, new TestBrowser(right.url));
    const { status, body } = await redeem(ahead.url, code);
    expect(status).toBe(200);
    const { iat = 0, exp = 0 } = decodeJwt(body.access_token ?? '');
    expect(Math.abs(iat - seconds())).toBeLessThan(30);
    expect(exp - iat).toBeLessThan(86_400);

    await Promise.all([right.kill(), ahead.kill()]);
    await Promise.all([database.drop(), story.remove()]);
  });
});

describe('A lease', () => {
  it('that was taken by a clock a month ahead holds nobody up; one that was taken a moment ago does', async () => {
    const opened = await openDatabase();
    const leases = new LeasesStore(opened.database);
    const now = Math.floor(seconds());
    expect(await leases.acquire('sweep', 'ahead', now + month, now + month + 300)).toBe(true);
    expect(await leases.acquire('sweep', 'right', now + 10, now + 310)).toBe(true);
    expect(await leases.acquire('sweep', 'other', now, now + 300)).toBe(false);
    await opened.close();
  });
});
