import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Outbound, OutboundError } from '../outbound/outbound.js';
import type { ClientMetadata } from '../protocol/client-metadata/members.js';
import { profileProblems } from '../protocol/client-metadata/profile-demands.js';
import { metadataProblems } from '../protocol/client-metadata/rules.js';
import { enrollableFactors } from '../protocol/factors.js';
import type { MetadataProblem } from '../protocol/metadata-problem.js';
import { sectorDocumentProblem } from '../protocol/sector.js';
import { ClientBrands } from '../views/client-brands.js';
import { AuthenticationMethods } from './authentication/methods.js';

/** Members with a URL that the server sends requests to. */
const fetched = [
  'jwks_uri',
  'sector_identifier_uri',
  'backchannel_logout_uri',
  'backchannel_client_notification_endpoint',
] as const satisfies readonly (keyof ClientMetadata)[];

/** The rules for client metadata. They are the same for the admin API, configuration files, the command line and dynamic registration. */
@Injectable()
export class ClientRules {
  constructor(
    private readonly outbound: Outbound,
    private readonly methods: AuthenticationMethods,
    private readonly brands: ClientBrands,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** All violations that can be found without fetching a document. */
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
        reason: `contains "${type}", which EYRIE_RESPONSE_TYPES does not turn on`,
      }));
    return [
      ...metadataProblems(metadata, this.settings.redirectSchemes),
      ...unreachable,
      ...switchedOff,
      ...this.tlsProblems(metadata),
      ...this.brandProblems(metadata),
      ...this.secondFactorProblems(metadata),
      ...profileProblems(metadata, this.settings.profile),
    ];
  }

  private isOffered(method: string): boolean {
    return this.methods.offered.some((name) => name === method);
  }

  private tlsProblems(metadata: ClientMetadata): MetadataProblem[] {
    const problems: MetadataProblem[] = [];
    const { token_endpoint_auth_method: method } = metadata;
    // An unknown method is a violation of another rule.
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

  /** Colours that people cannot read where these stand. */
  private brandProblems(metadata: ClientMetadata): MetadataProblem[] {
    const { brand_color: brandColor = null, brand_color_dark: brandColorDark = null } = metadata;
    if (brandColorDark !== null && brandColor === null)
      return [{ field: 'brand_color_dark', reason: 'needs brand_color' }];
    const problem = this.brands.colorProblem({ brandColor, brandColorDark });
    if (!problem) return [];
    const isOfDark = problem.scheme === 'dark' && brandColorDark !== null;
    return [{ field: isOfDark ? 'brand_color_dark' : 'brand_color', reason: problem.reason }];
  }

  private secondFactorProblems({ require_second_factor: isRequired }: ClientMetadata): MetadataProblem[] {
    const { secondFactors } = this.settings.signIn;
    if (!isRequired || secondFactors.some((factor) => enrollableFactors.includes(factor))) return [];
    return [
      {
        field: 'require_second_factor',
        reason: 'needs a second factor that can be set up, and EYRIE_SECOND_FACTORS has none',
      },
    ];
  }

  /**
   * Violations that only a fetched document shows: the sector_identifier_uri must list every redirection URI (OIDC Registration §5).
   * Call this if there are no other violations. Nothing is fetched if the change does not concern the document.
   * @param present the client's present metadata, if it is registered
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
      // The reason could reveal what our network looks like.
      return 'cannot be fetched';
    }
  }
}
