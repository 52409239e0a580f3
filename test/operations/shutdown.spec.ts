import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Environment, ServerProcess } from '../support/programs.js';

describe('A server that is asked to stop', () => {
  let database: TestDatabase;
  let server: ServerProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  const start = async (environment: Environment = {}): Promise<void> => {
    server = await ServerProcess.start({ DATABASE_URL: database.url, ...environment });
  };
  afterEach(() => server.kill());
  afterAll(() => database.drop());

  const body = 'grant_type=unknown';
  /** A request whose body has not come whole: it stays under way until the rest is sent. */
  const beginRequest = async (): Promise<Socket> => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(
      `POST /token HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    // "100 Continue": the server has the head of the request, and waits for its body.
    await once(socket, 'data');
    return socket;
  };
  /** Resolves once no new connection is taken. */
  const closedToNewcomers = async (): Promise<void> => {
    for (let open = true; open;) {
      open = await fetch(`${server.url}/health/live`, { headers: { connection: 'close' } }).then(
        () => true,
        () => false,
      );
    }
  };

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s answers the request under way, then ends with 0',
    async (signal) => {
      await start();
      const socket = await beginRequest();
      server.signal(signal);
      await closedToNewcomers();

      const answers: string[] = [];
      socket.setEncoding('utf8').on('data', (text: string) => answers.push(text));
      socket.write(body);
      await once(socket, 'close');
      expect(answers.join('')).toMatch(/^HTTP\/1\.1 401 /);
      expect(answers.join('')).toContain('"error":"invalid_client"');
      await expect(server.ended()).resolves.toMatchObject({ code: 0, stderr: '' });
    },
  );

  it('does not wait for idle connections', async () => {
    await start();
    await fetch(`${server.url}/health/live`);
    server.signal('SIGTERM');
    await expect(server.ended()).resolves.toMatchObject({ code: 0, stderr: '' });
  });

  /** A request's status and Connection header; `gone` if no connection could be opened for it, else the error of its connection. */
  const outcomeOf = (path: string, agent: Agent): Promise<string> =>
    new Promise((resolve) => {
      const request = get(`${server.url}${path}`, { agent }, (response: IncomingMessage) => {
        response.resume().once('end', () => resolve(`${response.statusCode} ${response.headers.connection}`));
      }).once('error', ({ code }: NodeJS.ErrnoException) =>
        resolve(request.reusedSocket ? String(code) : 'gone'),
      );
    });

  it('is not ready, and serves kept-alive connections once more, with Connection: close', async () => {
    await start({ EYRIE_SHUTDOWN_DELAY: '300' });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await outcomeOf('/health/ready', agent)).toBe('200 keep-alive');
    server.signal('SIGTERM');
    let ready: string;
    do ready = await outcomeOf('/health/ready', agent);
    while (ready.startsWith('200'));
    expect(ready).toBe('503 close');
    expect(await outcomeOf('/health/live', agent)).toBe('200 close');
    expect(await outcomeOf('/jwks', agent)).toBe('200 close');
  });

  it('under load resets no connection and answers no 503', async () => {
    await start({ EYRIE_SHUTDOWN_DELAY: '1' });
    const agents = Array.from({ length: 10 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    const outcomes = new Set<string>();
    let served = 0;
    const load = agents.map(async (agent) => {
      for (let outcome = ''; outcome !== 'gone';) {
        outcome = await outcomeOf('/.well-known/openid-configuration', agent);
        outcomes.add(outcome);
        if (++served === 500) server.signal('SIGTERM');
      }
    });
    await Promise.all(load);
    expect([...outcomes].toSorted()).toEqual(['200 close', '200 keep-alive', 'gone']);
    await expect(server.ended()).resolves.toMatchObject({ code: 0, stderr: '' });
  });

  it('twice ends at once', async () => {
    await start();
    const socket = await beginRequest();
    socket.on('error', () => undefined);
    server.signal('SIGTERM');
    await closedToNewcomers();
    server.signal('SIGTERM');
    await expect(server.ended()).resolves.toMatchObject({ code: 143 });
    socket.destroy();
  });
});
