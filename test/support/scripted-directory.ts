import { createServer, type AddressInfo, type Socket } from 'node:net';
import { BerReader, BerWriter, ModifyRequest, ProtocolOperation, SearchRequest } from 'ldapts';

/** An entry that the directory shows. */
export interface ScriptedEntry {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, readonly (string | Buffer)[]>>;
}

/** What it was asked: the filter as text, with the names of attributes in lower case. */
export interface ScriptedSearch {
  readonly base: string;
  readonly filter: string;
  readonly attributes: readonly string[];
}

/** A change that it was asked for, with the bytes of the values in hexadecimal. */
export interface ScriptedChange {
  readonly dn: string;
  readonly changes: readonly {
    readonly operation: string;
    readonly type: string;
    readonly values: readonly string[];
  }[];
}

/** What an operation comes to: a result code (RFC 4511 appendix A), and its text. */
export type ScriptedResult = readonly [code: number, text: string];

/** A directory for what OpenLDAP's server cannot do: it answers searches and changes as it is told, and lets everybody bind. */
export async function startScriptedDirectory(
  answer: (search: ScriptedSearch) => readonly ScriptedEntry[] | ScriptedResult,
  change: () => ScriptedResult = () => [0, ''],
): Promise<{
  readonly url: string;
  readonly searches: readonly ScriptedSearch[];
  readonly changes: readonly ScriptedChange[];
  stop(): void;
}> {
  const searches: ScriptedSearch[] = [];
  const changes: ScriptedChange[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket
      .on('error', () => {})
      .on('data', (data) => {
        received = Buffer.concat([received, data]);
        for (let length = messageLength(received); length !== undefined; length = messageLength(received)) {
          handle(socket, received.subarray(0, length));
          received = received.subarray(length);
        }
      });
  });
  const handle = (socket: Socket, bytes: Buffer): void => {
    const reader = new BerReader(bytes);
    reader.readSequence();
    const messageId = reader.readInt() ?? 0;
    const operation = reader.readSequence();
    if (operation === ProtocolOperation.LDAP_REQ_BIND)
      socket.write(result(messageId, ProtocolOperation.LDAP_RES_BIND));
    if (operation === ProtocolOperation.LDAP_REQ_MODIFY) {
      const request = new ModifyRequest({ messageId });
      request.parse(reader, []);
      changes.push({
        dn: request.dn,
        changes: request.changes.map(({ operation: kind, modification }) => ({
          operation: kind,
          type: modification.type,
          values: modification.parsedBuffers.map((value) => value.toString('hex')),
        })),
      });
      socket.write(result(messageId, ProtocolOperation.LDAP_RES_MODIFY, change()));
    }
    if (operation !== ProtocolOperation.LDAP_REQ_SEARCH) return;
    const request = new SearchRequest({ messageId, filter: undefined as never });
    request.parse(reader, []);
    const search = {
      base: request.baseDN,
      filter: String(request.filter),
      attributes: request.attributes,
    };
    searches.push(search);
    const answered = answer(search);
    if (isResult(answered)) {
      socket.write(result(messageId, ProtocolOperation.LDAP_RES_SEARCH, answered));
      return;
    }
    for (const entry of answered) socket.write(entryMessage(messageId, entry));
    socket.write(result(messageId, ProtocolOperation.LDAP_RES_SEARCH));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
    searches,
    changes,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const isResult = (answer: readonly ScriptedEntry[] | ScriptedResult): answer is ScriptedResult =>
  typeof answer[0] === 'number';

/** How long the first message is; undefined until it is there whole. */
function messageLength(bytes: Buffer): number | undefined {
  const reader = new BerReader(bytes);
  if (reader.readSequence() === null || reader.remain < reader.length) return undefined;
  return reader.offset + reader.length;
}

function message(messageId: number, operation: number, write: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(messageId);
  writer.startSequence(operation);
  write(writer);
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

const result = (messageId: number, operation: number, [code, text]: ScriptedResult = [0, '']): Buffer =>
  message(messageId, operation, (writer) => {
    writer.writeEnumeration(code);
    writer.writeString('');
    writer.writeString(text);
  });

const entryMessage = (messageId: number, { dn, attributes }: ScriptedEntry): Buffer =>
  message(messageId, ProtocolOperation.LDAP_RES_SEARCH_ENTRY, (writer) => {
    writer.writeString(dn);
    writer.startSequence();
    for (const [type, values] of Object.entries(attributes)) {
      writer.startSequence();
      writer.writeString(type);
      writer.startSequence(ProtocolOperation.LBER_SET);
      for (const value of values)
        writer.writeBuffer(Buffer.isBuffer(value) ? value : Buffer.from(value), 0x04);
      writer.endSequence();
      writer.endSequence();
    }
    writer.endSequence();
  });
