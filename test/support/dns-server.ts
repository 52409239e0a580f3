import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** What a name is answered with: records, each of its parts; an error code of DNS (RFC 1035 §4.1.1); or nothing. */
type DnsAnswer = readonly (readonly string[])[] | { readonly code: number } | 'silence';

export const serverFailure = { code: 2 };
const nameError = { code: 3 };

/** A DNS server on loopback that knows TXT records alone. */
export class DnsServer {
  /** By name, in lower case. */
  readonly answers = new Map<string, DnsAnswer>();
  /** The names that were asked for. */
  readonly asked: string[] = [];

  private constructor(
    private readonly socket: Socket,
    readonly address: string,
  ) {
    socket.on('message', (query, { port, address: from }) => {
      const reply = this.replyTo(query);
      if (reply) socket.send(reply, port, from);
    });
  }

  static async start(): Promise<DnsServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket, `127.0.0.1:${socket.address().port}`);
  }

  async stop(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }

  private replyTo(query: Buffer): Buffer | undefined {
    const { name, end } = questionOf(query);
    this.asked.push(name);
    const answer = this.answers.get(name) ?? nameError;
    if (answer === 'silence') return undefined;
    const records = 'code' in answer ? [] : answer;
    const header = Buffer.alloc(12);
    header.writeUInt16BE(query.readUInt16BE(0), 0);
    // A response, recursion available.
    header.writeUInt16BE(0x8180 | ('code' in answer ? answer.code : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    return Buffer.concat([header, query.subarray(12, end), ...records.map(recordOf)]);
  }
}

/** The name of the only question, and where the question ends. */
function questionOf(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 };
}

/** A TXT record of the name of the question. */
function recordOf(parts: readonly string[]): Buffer {
  const data = Buffer.concat(parts.map((part) => Buffer.concat([Buffer.of(part.length), Buffer.from(part)])));
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc0_0c, 0);
  head.writeUInt16BE(16, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
