import * as openid from 'openid-client';
import { AccessEnded, Problem } from './problem.js';
import type { Settings } from './settings.js';

/** No more than this application uses. `offline_access` is for the refresh token. */
const scope = 'openid profile offline_access contacts.read';
const neededScope = 'contacts.read';

/** What must be remembered between the way to Eyrie and the way back, in the session of the browser that went. */
export interface Pending {
  readonly codeVerifier: string;
  readonly state: string;
  readonly nonce: string;
}

/** What a resource owner has let us have. */
export interface Connection {
  readonly subject: string;
  /** What to call the resource owner, if we may know. */
  readonly name: string | undefined;
  readonly accessToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly refreshToken: string | undefined;
  readonly scopes: readonly string[];
}

/** The OAuth side: the authorization code flow with PKCE, refreshing and revoking. */
export class Authorization {
  private discovered: Promise<openid.Configuration> | undefined;

  constructor(private readonly settings: Settings) {}

  /** Where to send the browser, and what to remember until it comes back. */
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
   * Trades the code that the browser brought back. openid-client checks `state`, `iss` and the whole ID token with its `nonce`.
   * @param callback the address at which the browser came back, with its query
   * @throws Problem the resource owner said no, to all or to what we need
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
        'You signed in, and left “Read your contacts” out. Without it there is nothing that MessageWriter could show.',
      );
    }
    if (!connection.scopes.includes('profile')) return connection;
    const { name } = await openid.fetchUserInfo(configuration, connection.accessToken, subject);
    return { ...connection, name };
  }

  /**
   * A new access token, and a new refresh token: the one before is used up.
   * @throws AccessEnded
   */
  async refresh({ refreshToken, subject, name, scopes }: Connection): Promise<Connection> {
    if (refreshToken === undefined) throw new AccessEnded(['There is no refresh token.']);
    const tokens = await openid
      .refreshTokenGrant(await this.configuration(), refreshToken)
      .catch(explainRefusal);
    return { ...connectionFrom(tokens, subject, scopes), name };
  }

  /** Gives everything back: with the refresh token the whole grant ends (RFC 7009 §2.1). */
  async end({ refreshToken, accessToken }: Connection): Promise<void> {
    await openid.tokenRevocation(await this.configuration(), refreshToken ?? accessToken);
  }

  /** Eyrie's endpoints and keys, asked for once. */
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
      // Plain http is for an issuer on this machine.
      execute: issuer.startsWith('http:') ? [openid.allowInsecureRequests] : [],
    });
  }
}

/** @param before the scopes so far, which hold when the answer names none (RFC 6749 §5.1) */
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
      'You did not let MessageWriter in',
      'It has seen none of your contacts. Whenever you like, you can try again.',
      [said(error)],
    );
  }
  if (error instanceof openid.ResponseBodyError && error.error === 'invalid_grant') {
    throw new AccessEnded([said(error)]);
  }
  throw error;
}

const said = ({ error, error_description: why }: { error: string; error_description?: string }): string =>
  `Eyrie answered ${error}${why === undefined ? '' : `: ${why}`}`;
