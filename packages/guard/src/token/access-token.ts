import type { TokenActor } from './actor.js';
import type { AuthorizationDetail } from './authorization-details.js';

/** The contents of a verified access token. Several requests may share the same object, so its claims are frozen. */
export interface AccessToken {
  /** `sub`: the resource owner, or the client if it acts on its own behalf. */
  readonly subject: string;
  /** `iss`: the issuer of the token. Your own verifier may omit it. */
  readonly issuer?: string;
  /** The client that the token was issued to: `client_id`, or as the profile says. Empty if the issuer does not name it. */
  readonly clientId: string;
  /** The granted scopes: as the profile or the option `scopes` says. */
  readonly scopes: ReadonlySet<string>;
  /** The roles: as the profile or the option `roles` says. Your own verifier may omit them. */
  readonly roles?: ReadonlySet<string>;
  /** `aud`, or as the profile says; always as a list. */
  readonly audience: readonly string[];
  /** `act`: who acts with the token for the subject, if it comes of a token exchange (RFC 8693 §4.1). */
  readonly actor?: TokenActor;
  /** `authorization_details`: what it allows beside its scopes, if the issuer has rich authorization requests (RFC 9396). */
  readonly authorizationDetails?: readonly AuthorizationDetail[];
  /** `exp`, in seconds since the epoch. */
  readonly expiresAt: number;
  /** Every claim of the JWT, or every member of the introspection response. */
  readonly claims: Readonly<Record<string, unknown>>;
}
