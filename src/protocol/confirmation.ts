/** What a token is bound to, as the claim `cnf` (RFC 7800): only whoever has the key may use it. */
export interface Confirmation {
  /** The thumbprint of the key that signs DPoP proofs (RFC 9449 §6). */
  readonly jkt?: string;
  /** The SHA-256 thumbprint of the client's TLS certificate (RFC 8705 §3.1). */
  readonly 'x5t#S256'?: string;
}

/** How a token is to be presented: by its scheme in the Authorization header. One bound to a certificate is a bearer token. */
export type TokenType = 'Bearer' | 'DPoP';

export const tokenTypeOf = (confirmation: Confirmation | null | undefined): TokenType =>
  confirmation?.jkt === undefined ? 'Bearer' : 'DPoP';

/** The confirmation in what was stored or signed by us; undefined where there is none. */
export function readConfirmation(cnf: unknown): Confirmation | undefined {
  return typeof cnf === 'object' && cnf !== null ? cnf : undefined;
}

/** The keys by which a token can be bound. */
const members = ['jkt', 'x5t#S256'] as const;

/** What a sender lacks of what a token is bound to, for the administrator; undefined where they proved all of it. */
export function missingProof(
  bound: Confirmation | null | undefined,
  proven: Confirmation | undefined,
): string | undefined {
  if (!bound) return undefined;
  const member = members.find((name) => bound[name] !== undefined && bound[name] !== proven?.[name]);
  return member && `${member}: expected ${bound[member]}, received ${proven?.[member] ?? 'none'}`;
}
