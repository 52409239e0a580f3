import { Inject, Injectable } from '@nestjs/common';
import { ClientDirectory } from '../../clients/client-directory.js';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { PageError } from '../../http/page-error.js';
import type { Parameters } from '../../protocol/parameters.js';
import { defaultMode, type ResponseMode, responseMode } from '../../protocol/response-mode.js';
import { canonicalResponseType, issuesTokens } from '../../protocol/response-type.js';
import type { ProvenRequest, RequestSource } from '../authorization-request.js';

/**
 * Proves who asks, and where the answer goes: only then may there be a redirect. "If the request fails due to a missing, invalid,
 * or mismatching redirection URI, or if the client identifier is missing or invalid, the authorization server SHOULD inform the
 * resource owner of the error and MUST NOT automatically redirect the user agent" (RFC 6749 §4.1.2.1).
 */
@Injectable()
export class RequestProof {
  constructor(
    private readonly clients: ClientDirectory,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws PageError */
  async prove(source: RequestSource): Promise<ProvenRequest> {
    const { parameters } = source;
    const client = await this.clientOf(parameters);
    const sent = single(parameters, 'redirect_uri');
    return {
      ...source,
      client,
      redirectUri: redirectUriOf(client, sent),
      redirectUriSent: sent !== undefined,
      state: parameters.repeated.has('state') ? undefined : parameters.get('state'),
      responseMode: modeOfErrors(parameters, this.settings.responseTypes),
    };
  }

  private async clientOf(parameters: Parameters): Promise<RegisteredClient> {
    const clientId = single(parameters, 'client_id');
    if (clientId === undefined)
      throw unanswerable('The application did not say who it is (client_id is missing).');
    const client = await this.clients.find(clientId);
    if (!client)
      throw unanswerable(
        'The application is not known here (client_id).',
        `client_id ${clientId.slice(0, 255)}`,
      );
    return client;
  }
}

/** RFC 6749 §3.1.2.3: the parameter may be omitted if one URI is registered. */
function redirectUriOf(client: RegisteredClient, sent: string | undefined): string {
  const { redirectUris } = client.metadata;
  const redirectUri = sent ?? (redirectUris.length === 1 ? redirectUris[0] : undefined);
  if (redirectUri === undefined)
    throw unanswerable('The application did not say where to return to (redirect_uri is missing).');
  if (!client.allowsRedirectUri(redirectUri)) {
    throw unanswerable(
      'The application wants to return to an address that is not registered for it (redirect_uri).',
      `redirect_uri ${redirectUri.slice(0, 1_000)}, registered: ${redirectUris.join(' ')}`,
    );
  }
  return redirectUri;
}

function single(parameters: Parameters, name: string): string | undefined {
  if (parameters.repeated.has(name)) throw unanswerable(`The application sent ${name} more than once.`);
  return parameters.get(name);
}

/** Errors come by the requested response mode; by the default one if that does not exist or was sent twice. */
function modeOfErrors(parameters: Parameters, turnedOn: readonly string[]): ResponseMode {
  const type = canonicalResponseType(parameters.get('response_type') ?? '') ?? 'code';
  const tokens = turnedOn.includes(type) && issuesTokens(type);
  try {
    return responseMode(
      parameters.repeated.has('response_mode') ? undefined : parameters.get('response_mode'),
      tokens,
    );
  } catch {
    return defaultMode(tokens);
  }
}

const unanswerable = (message: string, detail?: string): PageError =>
  new PageError(400, 'invalid_request', 'This request cannot be answered', message, { detail });
