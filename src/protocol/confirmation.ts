/** The `cnf` claim (RFC 7800): only the holder of this key may use the token. */
export interface Confirmation {
  /** The thumbprint of the key that signs DPoP proofs (RFC 9449 §6). */
  readonly jkt?: string;
  /** The SHA-256 thumbprint of the client's TLS certificate (RFC 8705 §3.1). */
  readonly 'x5t#S256'?: string;
}

/** The scheme by which a token is presented. A certificate-bound token is a bearer token. */
export type TokenType = 'Bearer' | 'DPoP';

export const tokenTypeOf = (confirmation: Confirmation | null | undefined): TokenType =>
  confirmation?.jkt === undefined ? 'Bearer' : 'DPoP';

/** The confirmation in a value that we stored or signed; undefined if there is none. */
export function readConfirmation(cnf: unknown): Confirmation | undefined {
  return typeof cnf === 'object' && cnf !== null ? cnf : undefined;
}

/** The keys by which a token can be bound. */
const members = ['jkt', 'x5t#S256'] as const;

/** What the sender has not proven of a token's confirmation, worded for the administrator; undefined if nothing is missing. */
export function missingProof(
  bound: Confirmation | null | undefined,
  proven: Confirmation | undefined,
): string | undefined {
  if (!bound) return undefined;
  const member = members.find((name) => bound[name] !== undefined && bound[name] !== proven?.[name]);
  return member && `${member}: expected ${bound[member]}, received ${proven?.[member] ?? 'none'}`;
}
