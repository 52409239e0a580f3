import { Injectable } from '@nestjs/common';
import type { Configuration, ServerMetadata } from 'openid-client';
import type { LoadedUpstream } from '../definition.js';
import type { UpstreamAnswer } from '../mapping.js';
import { ClientAssertion } from './client-assertion.js';
import { clockToleranceSeconds, UpstreamConfigurations } from './configurations.js';
import {
  type AskedOfUpstream,
  type SentRequest,
  type SentSignOut,
  type UpstreamProtocol,
  UpstreamRefusal,
} from './protocol.js';
import { refusalOf } from './refusal-of.js';

const discoveryTimeoutSeconds = 10;
/** A longer ID token would not fit into a URL. */
const maxHintLength = 4_096;

/** OpenID Connect: the authorization code flow with PKCE (OIDC Core §3.1). The signature of the ID token is checked. */
@Injectable()
export class OidcProtocol implements UpstreamProtocol {
  readonly name = 'oidc';

  constructor(
    private readonly configurations: UpstreamConfigurations,
    private readonly assertion: ClientAssertion,
  ) {}

  async begin(upstream: LoadedUpstream, request: SentRequest, asked: AskedOfUpstream): Promise<URL> {
    try {
      const configuration = await this.configurationOf(upstream);
      const client = await import('openid-client');
      return client.buildAuthorizationUrl(configuration, {
        redirect_uri: request.redirectUri,
        scope: [...new Set(['openid', ...upstream.scope.split(' ').filter(Boolean)])].join(' '),
        state: request.state,
        nonce: request.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(request.codeVerifier),
        code_challenge_method: 'S256',
        ...(asked.fresh && { prompt: 'login' }),
        ...(asked.maxAge !== undefined && { max_age: String(asked.maxAge) }),
        ...(asked.loginHint !== undefined && { login_hint: asked.loginHint }),
        ...(asked.languages !== undefined && { ui_locales: asked.languages }),
      });
    } catch (error) {
      throw await refusalOf(error);
    }
  }

  async finish(upstream: LoadedUpstream, request: SentRequest, url: URL): Promise<UpstreamAnswer> {
    try {
      const configuration = await this.configurationOf(upstream);
      const client = await import('openid-client');
      const tokens = await client.authorizationCodeGrant(
        configuration,
        url,
        {
          expectedState: request.state,
          expectedNonce: request.nonce,
          pkceCodeVerifier: request.codeVerifier,
          idTokenExpected: true,
        },
        await this.assertion.parametersFor(upstream, configuration.serverMetadata().issuer),
      );
      const idToken = tokens.claims();
      if (!idToken) throw new UpstreamRefusal('bad_answer', 'there is no ID token');
      const userinfo = upstream.userinfo
        ? await client.fetchUserInfo(configuration, tokens.access_token, idToken.sub)
        : {};
      const claims: Record<string, unknown> = { ...userinfo, ...idToken };
      const subject = claims[upstream.subject_claim];
      if (typeof subject !== 'string' || subject === '')
        throw new UpstreamRefusal('bad_answer', `there is no claim ${upstream.subject_claim}`);
      const { sub, sid } = idToken;
      const handle = { idToken: hintOf(tokens.id_token) };
      const session = { sub, sid: typeof sid === 'string' ? sid : undefined, handle };
      return { subject, claims, authTime: idToken.auth_time, session };
    } catch (error) {
      throw await refusalOf(error);
    }
  }

  /** RP-initiated logout there (OIDC RP-Initiated Logout §2). */
  async signOut(
    upstream: LoadedUpstream,
    handle: object,
    { state, returnUri }: SentSignOut,
  ): Promise<URL | undefined> {
    const { end_session_endpoint: endpoint } = await this.metadataOf(upstream);
    if (endpoint === undefined) return undefined;
    const client = await import('openid-client');
    const { idToken } = handle as { idToken?: string };
    return client.buildEndSessionUrl(await this.configurationOf(upstream), {
      post_logout_redirect_uri: returnUri,
      state,
      ...(idToken !== undefined && { id_token_hint: idToken }),
    });
  }

  /**
   * What the upstream says of itself.
   * @throws UpstreamAwayError, UpstreamRefusal
   */
  async metadataOf(upstream: LoadedUpstream): Promise<ServerMetadata> {
    try {
      return (await this.configurationOf(upstream)).serverMetadata();
    } catch (error) {
      throw await refusalOf(error);
    }
  }

  private configurationOf(upstream: LoadedUpstream): Promise<Configuration> {
    const { issuer = '', client_id: clientId = '' } = upstream;
    return this.configurations.get(upstream, async (client, auth) => {
      return client.discovery(
        new URL(issuer),
        clientId,
        { [client.clockTolerance]: clockToleranceSeconds },
        auth,
        {
          execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
          [client.customFetch]: this.configurations.fetch,
          timeout: discoveryTimeoutSeconds,
        },
      );
    });
  }
}

/** The ID token, as far as it fits: the provider asks the person if it is missing. */
const hintOf = (idToken: string | undefined): string | undefined =>
  idToken !== undefined && idToken.length <= maxHintLength ? idToken : undefined;
