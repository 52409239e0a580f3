import { createServer as createHttpServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { Webhook } from 'standardwebhooks';
import { AuditForwarding } from '../../src/audit/forwarding/audit-forwarding.js';
import { Changes } from '../../src/audit/changes.js';
import { Sweeper } from '../../src/persistence/sweeper.js';
import { authority, certificate } from '../support/certificates.js';
import { useServer } from '../support/server.js';

const secret = 'a secret of the receiver with 32 characters';

interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Sealed {
  readonly issuer: string;
  readonly seal: number;
  readonly events: { readonly event: string; readonly user_id: string | null; readonly place: number }[];
}

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
const listening = (server: {
  listen(port: number, host: string, done: () => void): unknown;
}): Promise<void> => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

/** What all targets do alike. */
const driving = (server: ReturnType<typeof useServer>) => ({
  note: (userId: string) => server.app.get(Changes).note({ event: 'user.disabled', actor: 'tést', userId }),
  seal: () => server.app.get(Sweeper).sweep(server.clock.now()),
  forward: () => server.app.get(AuditForwarding).forwardInTurn(),
});

const hook: Server = createHttpServer();
await listening(hook);
afterAll(() => new Promise((resolve) => hook.close(resolve)));

describe('The audit trail, forwarded to a webhook', () => {
  const posted: Posted[] = [];
  let status = 204;
  hook.on('request', (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      if (status < 300) posted.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  const server = useServer({
    EYRIE_AUDIT_FORWARD: `http://siem:pass%20word@127.0.0.1:${portOf(hook)}/events`,
    EYRIE_AUDIT_FORWARD_SECRET: secret,
  });
  const { note, seal, forward } = driving(server);
  const take = (): Posted[] => posted.splice(0);
  const sealsOf = (all: readonly Posted[]): Sealed[] => all.map(({ body }) => JSON.parse(body) as Sealed);
  const usersOf = (all: readonly Posted[]): (string | null)[] =>
    sealsOf(all).flatMap(({ events }) => events.map(({ user_id: userId }) => userId));

  beforeEach(async () => {
    status = 204;
    server.clock.advance(3_600);
    await seal();
    // The first look only begins.
    await forward();
    await forward();
    take();
  });

  it('has every event once, in the order of the chain, signed', async () => {
    await note('u1');
    await note('u2');
    await seal();
    await note('u3');
    await seal();
    await forward();

    const all = take();
    expect(usersOf(all)).toEqual(['u1', 'u2', 'u3']);
    const [first, second] = sealsOf(all);
    expect(second?.seal).toBe((first?.seal ?? 0) + 1);
    expect(first).toMatchObject({
      issuer: server.issuer,
      events: [{ event: 'user.disabled', actor: 'tést', place: 1 }, { place: 2 }],
    });
    for (const { headers, body } of all) {
      expect(headers.authorization).toBe(`Basic ${Buffer.from('siem:pass word').toString('base64')}`);
      // The clock of the tests is another than that of the library.
      const signed = new Webhook(Buffer.from(secret).toString('base64')).sign(
        headers['webhook-id'] as string,
        new Date(Number(headers['webhook-timestamp']) * 1_000),
        body,
      );
      expect(headers['webhook-signature']).toBe(signed);
    }
    await forward();
    expect(take()).toEqual([]);
  });

  it('waits while the receiver refuses or is away, loses nothing, and keeps the order', async () => {
    await note('before');
    await seal();
    status = 503;
    await forward();
    await note('meanwhile');
    await seal();
    status = 204;
    // Not asked again at once.
    await forward();
    expect(take()).toEqual([]);
    server.clock.advance(5);
    await forward();
    expect(usersOf(take())).toEqual(['before', 'meanwhile']);
  });

  it('is not sent where an answer redirects it', async () => {
    await note('redirected');
    await seal();
    status = 307;
    await forward();
    status = 204;
    server.clock.advance(5);
    await forward();
    expect(usersOf(take())).toEqual(['redirected']);
  });
});

const folder = mkdtempSync(join(tmpdir(), 'eyrie-syslog-'));
afterAll(() => rmSync(folder, { recursive: true }));
const ca = await authority('Log authority');
const own = await certificate({ names: [{ type: 'ip', value: '127.0.0.1' }] }, ca);
const caFile = join(folder, 'ca.pem');
writeFileSync(caFile, ca.cert);

/** A syslog server, and what it has received. */
async function startReceiver(scheme: 'syslog+tcp' | 'syslog+tls') {
  const receiver = { url: '', received: '' };
  const take = (socket: Socket): void => {
    socket.setEncoding('utf8').on('data', (text: string) => (receiver.received += text));
    socket.on('error', () => undefined);
  };
  const server =
    scheme === 'syslog+tcp' ? createTcpServer(take) : createTlsServer({ cert: own.cert, key: own.key }, take);
  await listening(server);
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  receiver.url = `${scheme}://127.0.0.1:${portOf(server)}${scheme === 'syslog+tls' ? `?ca=${caFile}` : ''}`;
  return { scheme, receiver };
}

const receivers = [await startReceiver('syslog+tcp'), await startReceiver('syslog+tls')];

describe.each(receivers)('The audit trail, forwarded by $scheme', ({ receiver }) => {
  const server = useServer({ EYRIE_AUDIT_FORWARD: receiver.url });
  const { note, seal, forward } = driving(server);

  /** The messages in frames with their length (RFC 6587 §3.4.1). */
  const messages = (): string[] => {
    const found: string[] = [];
    for (let rest = Buffer.from(receiver.received); rest.length > 0;) {
      const space = rest.indexOf(' ');
      const length = Number(rest.subarray(0, space).toString());
      found.push(rest.subarray(space + 1, space + 1 + length).toString());
      rest = rest.subarray(space + 1 + length);
    }
    receiver.received = '';
    return found;
  };

  it('comes as messages of RFC 5424, in the order of the chain', async () => {
    server.clock.hold();
    server.clock.advance(3_600);
    await seal();
    await forward();
    await forward();
    messages();
    await note('u1');
    await note('u2');
    await seal();
    await forward();
    const found = messages();
    expect(found).toHaveLength(2);
    const time = new Date(server.clock.now() * 1_000).toISOString();
    for (const [index, message] of found.entries()) {
      const [header, json = ''] = message.split(' - user.disabled - ');
      expect(header).toBe(`<86>1 ${time} ${new URL(server.issuer).hostname} eyrie`);
      expect(json).toMatch(/^[\x20-\x7e]+$/);
      expect(JSON.parse(json)).toMatchObject({ user_id: `u${index + 1}`, actor: 'tést', place: index + 1 });
    }
  });
});
