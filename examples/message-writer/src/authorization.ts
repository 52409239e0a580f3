import * as openid from 'openid-client';
import { AccessEnded, Problem } from './problem.js';
import type { Settings } from './settings.js';

/** Only the scopes that this application uses. `offline_access` is for the refresh token. */
const scope = 'openid profile offline_access contacts.read';
const neededScope = 'contacts.read';

/** What the browser's session keeps between the redirect to Eyrie and the redirect back. */
export interface Pending {
  readonly codeVerifier: string;
  readonly state: string;
  readonly nonce: string;
}

/** The access that a resource owner has given. */
export interface Connection {
  readonly subject: string;
  /** The resource owner's name, if they allowed it. */
  readonly name: string | undefined;
  readonly accessToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly refreshToken: string | undefined;
  readonly scopes: readonly string[];
}

/** The OAuth part: the authorization code flow with PKCE, refresh and revocation of tokens. */
export class Authorization {
  private discovered: Promise<openid.Configuration> | undefined;

  constructor(private readonly settings: Settings) {}

  /** The URL to which the browser is redirected, and what to keep until it comes back. */
  async begin(): Promise<{ url: string; pending: Pending }> {
    const pending = {
      codeVerifier: openid.randomPKCECodeVerifier(),
      state: openid.randomState(),
      nonce: openid.randomNonce(),
    };
    const url = openid.buildAuthorizationUrl(await this.configuration(), {
      redirect_uri: `${this.settings.origin}/callback`,
      scope,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(pending.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, pending };
  }

  /**
   * Exchanges the code for tokens. openid-client checks `state`, `iss` and the ID token with its `nonce`.
   * @param callback the URL at which the browser came back, with its query
   * @throws Problem if the resource owner denied the request, or the scope that we need
   */
  async finish(callback: URL, { codeVerifier, state, nonce }: Pending): Promise<Connection> {
    const configuration = await this.configuration();
    const tokens = await openid
      .authorizationCodeGrant(configuration, callback, {
        pkceCodeVerifier: codeVerifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      })
      .catch(explainRefusal);
    const subject = tokens.claims()?.sub ?? '';
    const connection = { ...connectionFrom(tokens, subject), name: undefined };
    if (!connection.scopes.includes(neededScope)) {
      await this.end(connection);
      throw new Problem(
        403,
        'MessageWriter cannot see your contacts',
        'You signed in, but did not allow “Read your contacts”. Without it, MessageWriter has nothing to show.',
      );
    }
    if (!connection.scopes.includes('profile')) return connection;
    const { name } = await openid.fetchUserInfo(configuration, connection.accessToken, subject);
    return { ...connection, name };
  }

  /**
   * Gets a new access token and a new refresh token. The old refresh token can no longer be used.
   * @throws AccessEnded if access was withdrawn or has expired
   */
  async refresh({ refreshToken, subject, name, scopes }: Connection): Promise<Connection> {
    if (refreshToken === undefined) throw new AccessEnded(['There is no refresh token.']);
    const tokens = await openid
      .refreshTokenGrant(await this.configuration(), refreshToken)
      .catch(explainRefusal);
    return { ...connectionFrom(tokens, subject, scopes), name };
  }

  /** Revokes the tokens. With its refresh token, the whole grant is revoked (RFC 7009 §2.1). */
  async end({ refreshToken, accessToken }: Connection): Promise<void> {
    await openid.tokenRevocation(await this.configuration(), refreshToken ?? accessToken);
  }

  /** Eyrie's endpoints and keys, fetched once. */
  private configuration(): Promise<openid.Configuration> {
    this.discovered ??= this.discover().catch((error: unknown) => {
      this.discovered = undefined;
      throw error;
    });
    return this.discovered;
  }

  private discover(): Promise<openid.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    return openid.discovery(new URL(issuer), clientId, undefined, openid.ClientSecretBasic(clientSecret), {
      // Plain http is allowed for an issuer on this machine.
      execute: issuer.startsWith('http:') ? [openid.allowInsecureRequests] : [],
    });
  }
}

/** @param before the previous scopes, which are unchanged if the response has no `scope` (RFC 6749 §5.1) */
function connectionFrom(
  tokens: openid.TokenEndpointResponse,
  subject: string,
  before: readonly string[] = scope.split(' '),
): Omit<Connection, 'name'> {
  return {
    subject,
    accessToken: tokens.access_token,
    expiresAt: Date.now() + (tokens.expires_in ?? 0) * 1000,
    refreshToken: tokens.refresh_token,
    scopes: tokens.scope?.split(' ') ?? before,
  };
}

function explainRefusal(error: unknown): never {
  if (error instanceof openid.AuthorizationResponseError && error.error === 'access_denied') {
    throw new Problem(
      403,
      'You did not give MessageWriter access',
      'It has not seen your contacts. You can try again at any time.',
      [describe(error)],
    );
  }
  if (error instanceof openid.ResponseBodyError && error.error === 'invalid_grant') {
    throw new AccessEnded([describe(error)]);
  }
  throw error;
}

const describe = ({ error, error_description: why }: { error: string; error_description?: string }): string =>
  `Eyrie answered ${error}${why === undefined ? '' : `: ${why}`}`;
