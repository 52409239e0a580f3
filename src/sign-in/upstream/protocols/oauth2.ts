import { Injectable } from '@nestjs/common';
import type { Configuration } from 'openid-client';
import type { LoadedUpstream } from '../definition.js';
import type { UpstreamAnswer } from '../mapping.js';
import { ClientAssertion } from './client-assertion.js';
import { UpstreamConfigurations } from './configurations.js';
import {
  type AskedOfUpstream,
  type SentRequest,
  type UpstreamProtocol,
  UpstreamRefusal,
} from './protocol.js';
import { refusalOf } from './refusal-of.js';

/** OAuth 2.0 with an endpoint that says whose the access token is, as GitHub has it: the authorization code flow with PKCE. */
@Injectable()
export class OAuth2Protocol implements UpstreamProtocol {
  readonly name = 'oauth2';

  constructor(
    private readonly configurations: UpstreamConfigurations,
    private readonly assertion: ClientAssertion,
  ) {}

  async begin(upstream: LoadedUpstream, request: SentRequest, asked: AskedOfUpstream): Promise<URL> {
    const configuration = await this.configurationOf(upstream);
    const client = await import('openid-client');
    return client.buildAuthorizationUrl(configuration, {
      redirect_uri: request.redirectUri,
      scope: upstream.scope,
      state: request.state,
      code_challenge: await client.calculatePKCECodeChallenge(request.codeVerifier),
      code_challenge_method: 'S256',
      // GitHub knows this one alone.
      ...(asked.fresh && { prompt: 'select_account' }),
      ...(asked.loginHint !== undefined && { login: asked.loginHint }),
    });
  }

  async finish(upstream: LoadedUpstream, request: SentRequest, url: URL): Promise<UpstreamAnswer> {
    try {
      const configuration = await this.configurationOf(upstream);
      const client = await import('openid-client');
      const { access_token: token } = await client.authorizationCodeGrant(
        configuration,
        url,
        { expectedState: request.state, pkceCodeVerifier: request.codeVerifier },
        await this.assertion.parametersFor(upstream, configuration.serverMetadata().issuer),
      );
      const read = async (address: string): Promise<unknown> => {
        const response = await client.fetchProtectedResource(
          configuration,
          token,
          new URL(address),
          'GET',
          undefined,
          new Headers({ accept: 'application/json' }),
        );
        if (!response.ok) throw new UpstreamRefusal('bad_answer', `${address} answered ${response.status}`);
        return response.json();
      };
      const profile = await read(upstream.userinfo_endpoint ?? '');
      const email = upstream.emails_endpoint
        ? primaryAddress(await read(upstream.emails_endpoint))
        : undefined;
      const claims: Record<string, unknown> = { ...(isObject(profile) ? profile : {}), ...email };
      const subject = claims[upstream.subject_claim];
      if ((typeof subject !== 'string' && typeof subject !== 'number') || subject === '')
        throw new UpstreamRefusal('bad_answer', `there is no member ${upstream.subject_claim}`);
      return { subject: String(subject), claims };
    } catch (error) {
      throw await refusalOf(error);
    }
  }

  private configurationOf(upstream: LoadedUpstream): Promise<Configuration> {
    const { issuer, client_id: clientId = '', authorization_endpoint: authorize = '' } = upstream;
    return this.configurations.get(
      upstream,
      async (client, auth) =>
        new client.Configuration(
          {
            issuer: issuer ?? new URL(authorize).origin,
            authorization_endpoint: authorize,
            token_endpoint: upstream.token_endpoint ?? '',
          },
          clientId,
          {},
          auth,
        ),
    );
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The primary address of a list, and whether it is verified; none if there is no such address. */
function primaryAddress(list: unknown): { email: string; email_verified: boolean } | undefined {
  const entries: unknown[] = Array.isArray(list) ? list : [];
  const primary = entries.find((entry) => isObject(entry) && entry['primary'] === true);
  if (!isObject(primary) || typeof primary['email'] !== 'string') return undefined;
  return { email: primary['email'], email_verified: primary['verified'] === true };
}
