import { isUtf8 } from 'node:buffer';

type JsonObject = Readonly<Record<string, unknown>>;

/** A JWS in the compact serialization (RFC 7515 §7.1), parsed but not verified. */
export class Jws {
  readonly #payload: string;
  #claims: { readonly object: JsonObject | undefined } | undefined;

  /**
   * @param signed the signed text: header and payload as they were sent
   * @param payload in base64url, like the signature
   */
  constructor(
    readonly header: JsonObject,
    readonly signed: string,
    payload: string,
    readonly signature: string,
  ) {
    this.#payload = payload;
  }

  /** The JSON object in the payload; `undefined` if there is none. */
  get claims(): JsonObject | undefined {
    this.#claims ??= { object: jsonObject(this.#payload) };
    return this.#claims.object;
  }
}

// RFC 7515 §7.1 and §2: three parts of base64url with a dot between them.
const COMPACT = /^(([\w-]+)\.([\w-]*))\.([\w-]*)$/;

// Tokens of one issuer have the same header, so the last one is kept.
let lastHead = '';
let lastHeader: JsonObject | undefined;

/** Parses a token; `undefined` if it does not have the form of a JWS: three parts, the first a JOSE header. */
export function readJws(token: string): Jws | undefined {
  const [, signed, head, payload, signature] = COMPACT.exec(token) ?? [];
  if (signed === undefined || head === undefined || payload === undefined || signature === undefined) {
    return undefined;
  }
  if (head !== lastHead) [lastHead, lastHeader] = [head, jsonObject(head)];
  return lastHeader && new Jws(lastHeader, signed, payload, signature);
}

/** The JSON object in a part of a JWS; `undefined` if there is none. Of several members with the same name, the last counts. */
function jsonObject(part: string): JsonObject | undefined {
  const bytes = Buffer.from(part, 'base64url');
  const text = bytes.toString();
  // Invalid UTF-8 becomes this character, which could also have been sent.
  if (text.includes('\ufffd') && !isUtf8(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}
