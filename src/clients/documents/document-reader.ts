import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { withDefaults } from '../../protocol/client-metadata/defaults.js';
import type { ClientMetadata } from '../../protocol/client-metadata/members.js';
import { formatScope, parseScope } from '../../protocol/scope.js';
import { ClientRules } from '../client-rules.js';
import { readSelfDescription } from '../dynamic/self-description.js';
import { InvalidMetadata, refuseProblems } from '../invalid-metadata.js';
import { RegistrableScopes } from '../registrable-scopes.js';
import { DocumentError } from './document-error.js';

/**
 * The members of a document that count. With others it could have us make keys (algorithms of responses), send requests (logout,
 * `sector_identifier_uri`) or decorate our pages, before anybody has allowed it anything.
 */
const members: ReadonlySet<string> = new Set([
  'client_name',
  'client_uri',
  'logo_uri',
  'policy_uri',
  'tos_uri',
  'contacts',
  'application_type',
  'redirect_uris',
  'post_logout_redirect_uris',
  'grant_types',
  'response_types',
  'scope',
  'token_endpoint_auth_method',
  'token_endpoint_auth_signing_alg',
  'jwks',
  'jwks_uri',
  'request_object_signing_alg',
  'require_signed_request_object',
  'require_pushed_authorization_requests',
  'dpop_bound_access_tokens',
  'eyrie_agent',
]);
/** Clients and this server share no secret (§4.1). */
const secrets = ['client_secret', 'client_secret_expires_at'];
const authMethods = ['none', 'private_key_jwt'];
const grantTypes = ['authorization_code', 'refresh_token'];

/** What a document says of its client. */
export interface DescribedMetadata {
  readonly metadata: ClientMetadata;
  /** Whether the document names no scopes: the client may then ask for all that such clients may have. */
  readonly scopeUnstated: boolean;
}

/** Reads client metadata documents (draft-ietf-oauth-client-id-metadata-document-03 §4). */
@Injectable()
export class DocumentReader {
  constructor(
    private readonly rules: ClientRules,
    private readonly scopes: RegistrableScopes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param url the Client Identifier URL
   * @throws DocumentError naming what is wrong
   */
  async read(url: string, text: string): Promise<DescribedMetadata> {
    const document = parsed(text);
    // "whose value MUST match the Client Identifier URL […] using simple string comparison"
    if (document.client_id !== url)
      throw new DocumentError(`its client_id is ${JSON.stringify(document.client_id)?.slice(0, 300)}`);
    const secret = secrets.find((member) => document[member] !== undefined);
    if (secret !== undefined) throw new DocumentError(`it has ${secret}`);
    const method = document.token_endpoint_auth_method ?? 'none';
    if (!authMethods.includes(method as string))
      throw new DocumentError(`token_endpoint_auth_method must be one of ${authMethods.join(', ')}`);
    try {
      return await this.described(url, { ...document, token_endpoint_auth_method: method });
    } catch (error) {
      if (!(error instanceof InvalidMetadata)) throw error;
      throw new DocumentError(error.problems.map(({ field, reason }) => `${field} ${reason}`).join('; '));
    }
  }

  private async described(url: string, document: Record<string, unknown>): Promise<DescribedMetadata> {
    const counting = Object.entries(document).filter(([name]) => members.has(name.split('#', 1)[0] ?? ''));
    const given = await readSelfDescription(Object.fromEntries(counting), {
      responseTypes: ['code'],
      mayActForItself: false,
    });
    const allowed = await this.scopes.all(this.settings.clientDocumentScopes);
    const scopeUnstated = given.scope === undefined;
    const { profile } = this.settings;
    const metadata = withDefaults(
      {
        ...given,
        client_name: given.client_name ?? new URL(url).host,
        grant_types: (given.grant_types ?? grantTypes).filter((name) => grantTypes.includes(name)),
        response_types: ['code'],
        scope: formatScope(
          scopeUnstated ? allowed : parseScope(given.scope).filter((scope) => allowed.includes(scope)),
        ),
        require_pkce: true,
        // Agents come this way, and few say so: an application that is none does.
        eyrie_agent: given.eyrie_agent ?? true,
        ...(profile === 'off' ? { assertion_audience: 'endpoint' } : {}),
      },
      profile,
    );
    const problems = this.rules.problems(metadata);
    if (metadata.redirect_uris.length === 0)
      problems.push({ field: 'redirect_uris', reason: 'must hold a redirection URI' });
    refuseProblems(problems);
    return { metadata, scopeUnstated };
  }
}

function parsed(text: string): Record<string, unknown> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new DocumentError('it is not JSON');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new DocumentError('it is not a JSON object');
  return document as Record<string, unknown>;
}
