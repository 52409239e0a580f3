export const signingAlgorithms = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/** Signs with one private key. */
export interface Signer {
  /**
   * @returns the signature as JWS has it (RFC 7518 §3, RFC 8037 §3.1): ECDSA as r and s of fixed length
   * @throws SignerAwayError if what holds the key does not answer
   */
  sign(data: Buffer): Promise<Buffer>;
}

/**
 * Signs a compact JWS (RFC 7515 §7.1).
 * @param protectedHeader the encoded header, with its dot
 */
export async function signCompact(
  signer: Signer,
  protectedHeader: string,
  payload: Readonly<Record<string, unknown>>,
): Promise<string> {
  const input = protectedHeader + Buffer.from(JSON.stringify(payload)).toString('base64url');
  const signature = await signer.sign(Buffer.from(input));
  return `${input}.${signature.toString('base64url')}`;
}

/** The encoded protected header with its dot, as `signCompact` takes it. */
export function encodeHeader(header: Readonly<Record<string, unknown>>): string {
  return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.`;
}
