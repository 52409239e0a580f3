import { connect as connectPlain, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { DirectoryServer } from './servers.js';

/** ExtendedRequest with the OID of StartTLS, message 1 (RFC 4511 §4.12, §4.14.1). */
const startTlsRequest = Buffer.concat([
  Buffer.from([0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16]),
  Buffer.from('1.3.6.1.4.1.1466.20037', 'latin1'),
]);
/** A longer answer is none to StartTLS. */
const maxAnswerBytes = 4_096;

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
    // Until the client takes over: an error without a listener would end the process.
    socket.on('error', () => undefined);
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
    secure.on('error', () => undefined);
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
  let end: number | undefined;
  do {
    received = Buffer.concat([received, await nextData(socket)]);
    end = contentOf(received, 0)?.end;
  } while (received.length <= maxAnswerBytes && (end === undefined || received.length < end));
  socket.pause();
  if (received.length !== end || !isStartTlsAccepted(received))
    throw new Error('the server does not start TLS');
}

/**
 * Whether a whole LDAPMessage is an ExtendedResponse of success to message 1 (RFC 4511 §4.12). Active Directory writes all lengths in the
 * long form (X.690 §8.1.3.5).
 */
export function isStartTlsAccepted(message: Buffer): boolean {
  const content = contentOf(message, 0);
  if (message[0] !== 0x30 || !content) return false;
  const { start } = content;
  if (!message.subarray(start, start + 4).equals(Buffer.from([0x02, 0x01, 0x01, 0x78]))) return false;
  const response = contentOf(message, start + 3);
  if (!response || response.end > message.length) return false;
  return message.subarray(response.start, response.start + 3).equals(Buffer.from([0x0a, 0x01, 0x00]));
}

/** Where the content of the BER element at a place begins and ends; undefined if its length is not there, or is none. */
function contentOf(bytes: Buffer, at: number): { start: number; end: number } | undefined {
  const first = bytes[at + 1];
  if (first === undefined) return undefined;
  const start = at + 2;
  if (first < 0x80) return { start, end: start + first };
  const count = first - 0x80;
  if (count < 1 || count > 4 || bytes.length < start + count) return undefined;
  return { start: start + count, end: start + count + bytes.readUIntBE(start, count) };
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
