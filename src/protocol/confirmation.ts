/** What a token is bound to, as the claim `cnf` (RFC 7800): only whoever has the key may use it. */
export interface Confirmation {
  /** The thumbprint of the key that signs DPoP proofs (RFC 9449 §6). */
  readonly jkt?: string;
}

/** How a token is to be presented: by its scheme in the Authorization header. */
export type TokenType = 'Bearer' | 'DPoP';

export const tokenTypeOf = (confirmation: Confirmation | null | undefined): TokenType =>
  confirmation?.jkt === undefined ? 'Bearer' : 'DPoP';

/** The confirmation in what was stored or signed by us; undefined where there is none. */
export function readConfirmation(cnf: unknown): Confirmation | undefined {
  return typeof cnf === 'object' && cnf !== null ? cnf : undefined;
}
