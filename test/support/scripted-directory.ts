import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
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

/** What an operation comes to: a result code (RFC 4511 appendix A), and its text; or that the connection ends without an answer. */
export type ScriptedResult = readonly [code: number, text: string] | 'silence';

/** What it answers. Everybody may bind, and changes are made, unless it is said otherwise. */
export interface ScriptedAnswers {
  readonly search: (search: ScriptedSearch) => readonly ScriptedEntry[] | ScriptedResult;
  readonly change?: (boundAs: string) => ScriptedResult;
  readonly bind?: (dn: string, password: string) => ScriptedResult;
  /** Its certificate, where it speaks TLS alone. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A directory for what OpenLDAP's server cannot do: it answers as it is told. */
export async function startScriptedDirectory({
  search: answer,
  change = () => [0, ''],
  bind = () => [0, ''],
  tls,
}: ScriptedAnswers): Promise<{
  readonly url: string;
  readonly searches: readonly ScriptedSearch[];
  readonly changes: readonly ScriptedChange[];
  /** The names that were bound as, one after the other. */
  readonly binds: readonly string[];
  /** Waits until no connection is open. */
  idle(): Promise<void>;
  stop(): void;
}> {
  const searches: ScriptedSearch[] = [];
  const changes: ScriptedChange[] = [];
  const binds: string[] = [];
  const boundAs = new WeakMap<Socket, string>();
  const sockets = new Set<Socket>();
  const accept = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
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
  };
  const server = tls ? createSecureServer(tls, accept) : createServer(accept);
  const answerWith = (socket: Socket, messageId: number, operation: number, given: ScriptedResult): void => {
    if (given === 'silence') socket.destroy();
    else socket.write(result(messageId, operation, given));
  };
  const handle = (socket: Socket, bytes: Buffer): void => {
    const reader = new BerReader(bytes);
    reader.readSequence();
    const messageId = reader.readInt() ?? 0;
    const operation = reader.readSequence();
    if (operation === ProtocolOperation.LDAP_REQ_BIND) {
      reader.readInt();
      const dn = reader.readString() ?? '';
      binds.push(dn);
      boundAs.set(socket, dn);
      const given = bind(dn, reader.readString(simpleTag) ?? '');
      answerWith(socket, messageId, ProtocolOperation.LDAP_RES_BIND, given);
    }
    if (operation === ProtocolOperation.LDAP_REQ_EXTENSION)
      answerWith(socket, messageId, ProtocolOperation.LDAP_RES_EXTENSION, change(boundAs.get(socket) ?? ''));
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
      answerWith(socket, messageId, ProtocolOperation.LDAP_RES_MODIFY, change(boundAs.get(socket) ?? ''));
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
      answerWith(socket, messageId, ProtocolOperation.LDAP_RES_SEARCH, answered);
      return;
    }
    for (const entry of answered) socket.write(entryMessage(messageId, entry));
    socket.write(result(messageId, ProtocolOperation.LDAP_RES_SEARCH));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${tls ? 'ldaps' : 'ldap'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    searches,
    changes,
    binds,
    idle: async () => {
      for (const socket of sockets) if (!socket.closed) await once(socket, 'close');
    },
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** AuthenticationChoice.simple (RFC 4511 §4.2). */
const simpleTag = 0x80;

const isResult = (answer: readonly ScriptedEntry[] | ScriptedResult): answer is ScriptedResult =>
  answer === 'silence' || typeof answer[0] === 'number';

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

const result = (
  messageId: number,
  operation: number,
  [code, text]: Exclude<ScriptedResult, 'silence'> = [0, ''],
): Buffer =>
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
