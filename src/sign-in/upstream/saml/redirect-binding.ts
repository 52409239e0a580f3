import { createPublicKey, sign, verify } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { badAnswer } from './bad-answer.js';
import { sha1Signature, signatureMethods } from './signature-form.js';

/** How a message is called in a query or a form (SAML bindings §3.4.4, §3.5.4). */
export type MessageName = 'SAMLRequest' | 'SAMLResponse';

const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const deflate = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE';
const maxBytes = 65_536;

/** A message from a query. Nothing of it is verified. */
export interface QueriedMessage {
  readonly xml: string;
  readonly relayState: string | undefined;
  readonly algorithm: string;
  /** What the signature is over, "using the original URL-encoded values" (§3.4.4.1). */
  readonly signed: string;
  readonly signature: Buffer;
}

/** The URL that carries a message, signed, by the HTTP-Redirect binding (SAML bindings §3.4). */
export function redirectUrl(
  destination: string,
  {
    name,
    xml,
    relayState,
  }: { readonly name: MessageName; readonly xml: string; readonly relayState?: string | undefined },
  privateKey: string,
): URL {
  const parts: readonly (readonly [string, string])[] = [
    [name, deflateRawSync(xml).toString('base64')],
    ...(relayState === undefined ? [] : [['RelayState', relayState] as const]),
    ['SigAlg', rsaSha256],
  ];
  const signed = parts.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');
  const signature = sign('sha256', Buffer.from(signed), privateKey).toString('base64');
  const separator = destination.includes('?') ? '&' : '?';
  return new URL(`${destination}${separator}${signed}&Signature=${encodeURIComponent(signature)}`);
}

/**
 * Reads a message of the HTTP-Redirect binding.
 * @param query as it was sent
 * @throws UpstreamRefusal bad_answer
 */
export function readQuery(query: string, name: MessageName): QueriedMessage {
  const raw = new Map<string, string>();
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const key = equals < 0 ? pair : pair.slice(0, equals);
    if (raw.has(key)) throw badAnswer(`${key.slice(0, 100)} is there twice`);
    raw.set(key, equals < 0 ? '' : pair.slice(equals + 1));
  }
  const value = (key: string): string => decoded(raw.get(key) ?? '');
  const encoding = value('SAMLEncoding');
  if (encoding !== '' && encoding !== deflate) throw badAnswer(`the encoding is ${encoding}`);
  if (value('Signature') === '') throw badAnswer('the message is not signed');
  const parts = [name, ...(raw.has('RelayState') ? ['RelayState'] : []), 'SigAlg'];
  return {
    xml: inflated(value(name)),
    relayState: value('RelayState') || undefined,
    algorithm: value('SigAlg'),
    signed: parts.map((key) => `${key}=${raw.get(key) ?? ''}`).join('&'),
    signature: Buffer.from(value('Signature'), 'base64'),
  };
}

/**
 * Verifies the signature of a query.
 * @param certificates PEM
 * @throws UpstreamRefusal bad_answer
 */
export function checkQuerySignature(
  { algorithm, signed, signature }: QueriedMessage,
  certificates: readonly string[],
  allowsSha1: boolean,
): void {
  if (!signatureMethods.has(algorithm) && !(allowsSha1 && algorithm === sha1Signature))
    throw badAnswer(`the signature algorithm is ${algorithm}`);
  const hash = algorithm.slice(algorithm.lastIndexOf('-') + 1);
  const isValid = certificates.some((certificate) =>
    verify(hash, Buffer.from(signed), createPublicKey(certificate), signature),
  );
  if (!isValid) throw badAnswer('the signature of the message is not one of the certificates');
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replace(/\+/g, ' '));
  } catch {
    throw badAnswer('the query is not encoded as it must be');
  }
}

function inflated(base64: string): string {
  try {
    const bytes = Buffer.from(base64, 'base64');
    return inflateRawSync(bytes, { maxOutputLength: maxBytes }).toString('utf8');
  } catch {
    throw badAnswer(`the message is not compressed, or has more than ${maxBytes} bytes`);
  }
}
