import { connect as connectPlain, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { DirectoryServer } from './servers.js';

/** ExtendedRequest with the OID of StartTLS, message 1 (RFC 4511 §4.12, §4.14.1). */
const startTlsRequest = Buffer.concat([
  Buffer.from([0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16]),
  Buffer.from('1.3.6.1.4.1.1466.20037', 'latin1'),
]);
/** An answer of success, up to what servers add to it. */
// oxlint-disable-next-line no-control-regex -- BER
const startTlsAccepted = /^\x30.\x02\x01\x01\x78.\x0a\x01\x00/s;

export interface SocketOptions {
  /** The authorities that are trusted, as PEM; those of Node.js if undefined. */
  readonly authorities: readonly string[] | undefined;
  readonly lookup: LookupFunction | undefined;
  /** For everything until the connection can be used. */
  readonly timeoutMilliseconds: number;
}

/**
 * Connects to a server of a directory. The certificate and the host name are checked. What came in clear text before TLS is never read
 * as an answer: a byte too much ends the connection.
 */
export async function openSocket(server: DirectoryServer, options: SocketOptions): Promise<Socket> {
  const { host, port, encryption } = server;
  const socket = connectPlain({ host, port, ...(options.lookup && { lookup: options.lookup }) });
  let current: Socket = socket;
  const timer = setTimeout(() => {
    const error = new Error(`${host}:${port} did not answer in time`);
    current.destroy(error);
    socket.destroy(error);
  }, options.timeoutMilliseconds);
  try {
    await happened(socket, 'connect');
    if (encryption === 'none') return socket;
    if (encryption === 'start-tls') await askForTls(socket);
    const secure = connectSecure({
      socket,
      host,
      ...(isIP(host) === 0 && { servername: host }),
      ...(options.authorities && { ca: [...options.authorities] }),
      minVersion: 'TLSv1.2',
    });
    current = secure;
    await happened(secure, 'secureConnect');
    return secure;
  } catch (error) {
    current.destroy();
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function askForTls(socket: Socket): Promise<void> {
  socket.write(startTlsRequest);
  let received = Buffer.alloc(0);
  do {
    received = Buffer.concat([received, await nextData(socket)]);
  } while (received.length < 2 || received.length < 2 + (received[1] ?? 0));
  socket.pause();
  if (received.length !== 2 + (received[1] ?? 0) || !startTlsAccepted.test(received.toString('latin1')))
    throw new Error('the server does not start TLS');
}

function nextData(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the server ended the connection'));
    socket.once('data', (data: Buffer) => {
      socket.off('error', reject).off('close', ended);
      resolve(data);
    });
    socket.once('error', reject).once('close', ended);
  });
}

function happened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the server ended the connection'));
    socket.once(event, () => {
      socket.off('error', reject).off('close', ended);
      resolve();
    });
    socket.once('error', reject).once('close', ended);
  });
}
