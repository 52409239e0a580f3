import type { CryptoKey } from 'jose';

/** Who a client is, and how it proves it. */
export interface Identity {
  readonly clientId: string;
  readonly method: 'none' | 'client_secret_basic' | 'private_key_jwt';
  readonly secret?: string;
  /** The key of its assertions, for ES256. */
  readonly key?: CryptoKey;
}

/** What a connection is for. */
export interface Wishes {
  readonly redirectUri: string;
  readonly scope: string;
  /** Whether the authorization request is pushed (RFC 9126). */
  readonly pushed?: boolean;
  /** Whether tokens are bound to a key by DPoP (RFC 9449). */
  readonly bound?: boolean;
}

export interface Tokens {
  readonly access_token: string;
  readonly token_type: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
}

/** A client that a library makes of an identity. Its errors have the protocol's `error`, or the `status` of the answer. */
export interface RealClient {
  /** Begins the code flow, with PKCE and state. */
  authorizationUrl(): Promise<string>;
  /** Ends it. @param callback where the browser was sent */
  redeem(callback: string): Promise<Tokens>;
  refresh(refreshToken: string): Promise<Tokens>;
  userinfo(tokens: Tokens, subject: string): Promise<Record<string, unknown>>;
  /** Begins the device flow; what comes back tells the user's code, and waits for the tokens. */
  readonly device?: () => Promise<{ readonly userCode: string; tokens(): Promise<Tokens> }>;
  readonly signOutUrl?: (idToken: string, returnTo: string, state: string) => string;
}

/** One library, by what it can do. */
export interface Library {
  readonly name: string;
  connect(issuer: string, identity: Identity, wishes: Wishes): Promise<RealClient>;
  /** Dynamic registration (RFC 7591). */
  readonly register?: (issuer: string, metadata: Record<string, string | string[]>) => Promise<Identity>;
}
