import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Outbound, OutboundError } from '../outbound/outbound.js';
import type { ClientMetadata } from '../protocol/client-metadata/members.js';
import { metadataProblems } from '../protocol/client-metadata/rules.js';
import type { MetadataProblem } from '../protocol/metadata-problem.js';
import { sectorDocumentProblem } from '../protocol/sector.js';
import { AuthenticationMethods } from './authentication/methods.js';

/** The fields whose URLs the server fetches itself. */
const fetched = [
  'jwks_uri',
  'sector_identifier_uri',
  'backchannel_logout_uri',
] as const satisfies readonly (keyof ClientMetadata)[];

/** What may be registered of a client, whoever registers it: the admin API, the configuration file, the command line, itself. */
@Injectable()
export class ClientRules {
  constructor(
    private readonly outbound: Outbound,
    private readonly methods: AuthenticationMethods,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Everything that is wrong between and with the fields; nothing is fetched. */
  problems(metadata: ClientMetadata): MetadataProblem[] {
    const urls = [
      ...fetched.map((field) => ({ field: field as string, url: metadata[field] })),
      ...(metadata.request_uris ?? []).map((url, index) => ({ field: `request_uris[${index}]`, url })),
    ];
    const unreachable = urls.flatMap(({ field, url }) => {
      const reason = url ? this.outbound.problem(url) : undefined;
      return reason === undefined ? [] : [{ field, reason }];
    });
    const switchedOff = metadata.response_types
      .filter((type) => !this.settings.responseTypes.includes(type))
      .map((type) => ({
        field: 'response_types',
        reason: `holds "${type}", which EYRIE_RESPONSE_TYPES does not turn on`,
      }));
    return [...metadataProblems(metadata), ...unreachable, ...switchedOff, ...this.tlsProblems(metadata)];
  }

  private isOffered(method: string): boolean {
    return this.methods.offered.some((name) => name === method);
  }

  private tlsProblems(metadata: ClientMetadata): MetadataProblem[] {
    const problems: MetadataProblem[] = [];
    const { token_endpoint_auth_method: method } = metadata;
    // A method that does not exist at all is told of elsewhere.
    if (method.endsWith('tls_client_auth') && !this.isOffered(method))
      problems.push({
        field: 'token_endpoint_auth_method',
        reason: `is ${method}, which EYRIE_MTLS and EYRIE_MTLS_CA do not turn on`,
      });
    if (metadata.tls_client_certificate_bound_access_tokens && !this.settings.mtls)
      problems.push({
        field: 'tls_client_certificate_bound_access_tokens',
        reason: 'needs certificates, which EYRIE_MTLS turns on',
      });
    return problems;
  }

  /**
   * What the documents behind the metadata's URLs say against it, once there is nothing else to say; fetched only as far as a
   * change concerns them.
   * @param present what the client is registered with, if it is
   */
  async fetchedProblems(metadata: ClientMetadata, present?: ClientMetadata): Promise<MetadataProblem[]> {
    const { sector_identifier_uri: uri, redirect_uris: redirectUris } = metadata;
    const isKnown =
      uri === present?.sector_identifier_uri &&
      redirectUris.every((redirectUri) => present?.redirect_uris.includes(redirectUri));
    if (!uri || isKnown) return [];
    const reason = await this.sectorProblem(uri, redirectUris);
    return reason === undefined ? [] : [{ field: 'sector_identifier_uri', reason }];
  }

  private async sectorProblem(uri: string, redirectUris: readonly string[]): Promise<string | undefined> {
    try {
      return sectorDocumentProblem(await this.outbound.fetchJson(uri), redirectUris);
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      // Why it failed could tell a stranger what our network looks like.
      return 'cannot be fetched';
    }
  }
}
