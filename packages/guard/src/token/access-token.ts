/** What a verified access token says. The same object may serve many requests: its claims are frozen. */
export interface AccessToken {
  /** `sub`: the resource owner, or the client itself where no resource owner took part. */
  readonly subject: string;
  /** `iss`: who issued the token; a verifier of the service's own may leave it out. */
  readonly issuer?: string;
  /** `client_id`: the client that the token was issued to. */
  readonly clientId: string;
  /** The granted scopes: from the space-separated `scope`, or as the `scopes` option reads and names them. */
  readonly scopes: ReadonlySet<string>;
  /** `aud`, always as a list. */
  readonly audience: readonly string[];
  /** `exp`, in seconds since the epoch. */
  readonly expiresAt: number;
  /** Every claim of the JWT, or every member of the introspection response. */
  readonly claims: Readonly<Record<string, unknown>>;
}
