import { Injectable } from '@nestjs/common';
import { OmitType } from '@nestjs/swagger';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import type { Client } from '../../persistence/entities/client.entity.js';
import { withDefaults } from '../../protocol/client-metadata/defaults.js';
import { type ClientMetadata, operatorMembers } from '../../protocol/client-metadata/members.js';
import type { MetadataProblem } from '../../protocol/metadata-problem.js';
import { OAuthError } from '../../protocol/errors.js';
import { formatScope, openidScopes, parseScope } from '../../protocol/scope.js';
import { adminScopes, ResourceCatalogue } from '../../resource/resource-catalogue.js';
import { toOperatorMetadata } from '../client-columns.js';
import { ClientMetadataDto } from '../client-metadata.dto.js';
import { refuseProblems } from '../invalid-metadata.js';

/** The members that a client may set: all but those that only operators set. Unknown members are ignored (RFC 7591 §2). */
class SelfDescription extends OmitType(ClientMetadataDto, operatorMembers) {}

/** Reads registration requests, and rejects scopes and grant types that a client must not choose itself. */
@Injectable()
export class RegistrationRequests {
  constructor(private readonly catalogue: ResourceCatalogue) {}

  /**
   * Reads the metadata in a body, and adds the defaults of omitted members. `ClientRules` checks the rest.
   * @param isTrusted whether the request has an initial access token, which comes from an administrator
   * @param present the client, if it is to be changed; it keeps the scopes and grant types that it has
   * @throws OAuthError if the body is not a JSON object
   * @throws InvalidMetadata naming each invalid member
   */
  async read(body: unknown, isTrusted: boolean, present?: Client): Promise<ClientMetadata> {
    const given = await readBody(body);
    const method = given.token_endpoint_auth_method ?? 'client_secret_basic';
    const metadata = withDefaults({
      ...given,
      scope: given.scope ?? formatScope(Object.keys(openidScopes)),
      // Libraries for OpenID Connect may not use PKCE, and name the token endpoint in assertions (OIDC Core §9). A client that
      // registers itself cannot ask an administrator to allow that.
      require_pkce: given.require_pkce ?? method === 'none',
      assertion_audience: given.assertion_audience ?? 'endpoint',
      ...(present ? toOperatorMetadata(present) : {}),
    });
    refuseProblems([
      ...(await this.scopeProblems(metadata, present)),
      ...grantProblems(metadata, isTrusted, present),
    ]);
    return metadata;
  }

  /** A client may register the scopes of resources, but not those of the admin API. It may keep the scopes that it has. */
  private async scopeProblems({ scope }: ClientMetadata, present?: Client): Promise<MetadataProblem[]> {
    const resources = await this.catalogue.all();
    const known = new Set(resources.flatMap((resource) => Object.keys(resource.scopes)));
    for (const name of Object.keys(adminScopes)) known.delete(name);
    for (const name of parseScope(present?.scope)) known.add(name);
    const unknown = parseScope(scope).filter((name) => !known.has(name));
    return unknown.length > 0
      ? [{ field: 'scope', reason: `contains scopes that cannot be registered: ${formatScope(unknown)}` }]
      : [];
  }
}

/** With client_credentials no user is asked for consent, so only trusted clients may register it. */
function grantProblems(
  { grant_types }: ClientMetadata,
  isTrusted: boolean,
  present?: Client,
): MetadataProblem[] {
  const mayActForItself = isTrusted || present?.grantTypes.includes('client_credentials');
  return grant_types.includes('client_credentials') && !mayActForItself
    ? [{ field: 'grant_types', reason: 'contains client_credentials, which needs an initial access token' }]
    : [];
}

async function readBody(body: unknown): Promise<Partial<ClientMetadata>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new OAuthError('invalid_client_metadata', 'the body must be a JSON object');
  // RFC 7592 §2.2: a member that is null "MUST be treated as if it were omitted".
  const members = Object.entries(body).filter(([, value]) => value !== null);
  const description = plainToInstance(SelfDescription, Object.fromEntries(members));
  const errors = await validate(description, { whitelist: true });
  refuseProblems(
    errors.flatMap(({ property, constraints }) =>
      Object.values(constraints ?? {}).map((message) => ({
        field: property,
        reason: message.replace(`${property} `, ''),
      })),
    ),
  );
  return Object.fromEntries(Object.entries(description).filter(([, value]) => value !== undefined));
}
