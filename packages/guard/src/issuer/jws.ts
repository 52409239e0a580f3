import { isUtf8 } from 'node:buffer';

type JsonObject = Readonly<Record<string, unknown>>;

/** A JWS in the compact serialization (RFC 7515 §7.1), taken apart and not verified. */
export interface Jws {
  readonly header: JsonObject;
  /** What the signature is over: header and payload as they were sent. */
  readonly signed: string;
  /** In base64url, as the signature is. */
  readonly payload: string;
  readonly signature: string;
}

// RFC 7515 §7.1 and §2: three parts of base64url with a dot between them.
const COMPACT = /^(([\w-]+)\.([\w-]*))\.([\w-]*)$/;

// The tokens of an issuer begin alike, so that the same header need not be read again and again.
let lastHead = '';
let lastHeader: JsonObject | undefined;

/** Takes a token apart; `undefined` for one that is no JWS by its looks: three parts, the first a JOSE header. */
export function readJws(token: string): Jws | undefined {
  const [, signed, head, payload, signature] = COMPACT.exec(token) ?? [];
  if (signed === undefined || head === undefined || payload === undefined || signature === undefined) {
    return undefined;
  }
  if (head !== lastHead) [lastHead, lastHeader] = [head, jsonObject(head)];
  return lastHeader && { header: lastHeader, signed, payload, signature };
}

/** The JSON object in a part of a JWS, `undefined` when it holds none. Of members with one name the last counts. */
export function jsonObject(part: string): JsonObject | undefined {
  const bytes = Buffer.from(part, 'base64url');
  const text = bytes.toString();
  // What is no UTF-8 has been replaced by this character, which may as well have been sent.
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
