import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ServerProcess } from '../support/programs.js';

describe('A server that is asked to stop', () => {
  let database: TestDatabase;
  let server: ServerProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  beforeEach(async () => {
    server = await ServerProcess.start({ DATABASE_URL: database.url });
  });
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
    await fetch(`${server.url}/health/live`);
    server.signal('SIGTERM');
    await expect(server.ended()).resolves.toMatchObject({ code: 0, stderr: '' });
  });

  it('twice ends at once', async () => {
    const socket = await beginRequest();
    socket.on('error', () => undefined);
    server.signal('SIGTERM');
    await closedToNewcomers();
    server.signal('SIGTERM');
    await expect(server.ended()).resolves.toMatchObject({ code: 143 });
    socket.destroy();
  });
});
