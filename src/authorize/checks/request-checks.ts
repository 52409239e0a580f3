import { Inject, Injectable } from '@nestjs/common';
import { ClientDirectory } from '../../clients/client-directory.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { JwtVerifier } from '../../keys/jwt-verifier.js';
import { AuthorizationDetails } from '../../resource/authorization-details/authorization-details.js';
import { ResourceCatalogue } from '../../resource/resource-catalogue.js';
import type {
  AskingClient,
  AuthorizationRequest,
  BackchannelAuthenticationRequest,
  ClientRequest,
  DeviceAuthorizationRequest,
  ProvenRequest,
  ReceivedRequest,
  RequestSource,
} from '../authorization-request.js';
import { checks } from './check-table.js';
import type { Added, Endpoint, Knowledge, RequestEndpoint, Row } from './check.js';

/** Makes the checks of the table. Each method takes a request from one stage to another. */
@Injectable()
export class RequestChecks {
  private readonly knowledge: Knowledge;

  constructor(
    clients: ClientDirectory,
    catalogue: ResourceCatalogue,
    authorizationDetails: AuthorizationDetails,
    jwtVerifier: JwtVerifier,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.knowledge = { clients, catalogue, authorizationDetails, jwtVerifier, settings };
  }

  /** @throws OAuthError of the first check that fails */
  async receive(received: ReceivedRequest, at: RequestEndpoint): Promise<void> {
    await this.make(checks.received, received, at);
  }

  /**
   * Proves who sent the request, and where the response goes. "If the request fails due to a missing, invalid, or mismatching
   * redirection URI, or if the client identifier is missing or invalid, the authorization server SHOULD inform the resource owner
   * of the error and MUST NOT automatically redirect the user agent" (RFC 6749 §4.1.2.1).
   * @throws PageError of the first check that fails
   */
  async prove(source: RequestSource, at: RequestEndpoint): Promise<ProvenRequest> {
    const identified = await this.make(checks.source, source, at);
    return this.make(checks.identified, identified, at);
  }

  /** @throws OAuthError of the first check that fails */
  async check(proven: ProvenRequest, at: RequestEndpoint): Promise<AuthorizationRequest> {
    const typed = await this.make(checks.proven, proven, at);
    const claiming = await this.make(checks.typed, typed, at);
    const detailed = await this.make(checks.client, claiming, at);
    const scoped = await this.make(checks.detailed, detailed, at);
    return this.make(checks.scoped, scoped, at);
  }

  /** @throws OAuthError of the first check that fails */
  async checkDevice(request: ClientRequest): Promise<DeviceAuthorizationRequest> {
    const asking = await this.make(checks.asking, request, 'device');
    const detailed = await this.make(checks.client, asking, 'device');
    return this.make(checks.detailed, detailed, 'device');
  }

  /** @throws OAuthError if the client may send no backchannel authentication requests at all */
  async admitToBackchannel(asking: AskingClient): Promise<void> {
    await this.make(checks.asking, asking, 'backchannel');
  }

  /** @throws OAuthError of the first check that fails */
  async checkBackchannel(request: ClientRequest): Promise<BackchannelAuthenticationRequest> {
    const detailed = await this.make(checks.client, request, 'backchannel');
    const scoped = await this.make(checks.detailed, detailed, 'backchannel');
    return this.make(checks.backchannel, scoped, 'backchannel');
  }

  private async make<
    Stage extends object,
    const Rows extends readonly Row<Stage, Endpoint>[],
    At extends Endpoint,
  >(rows: Rows, request: Stage, at: At): Promise<Stage & Added<Rows, At>> {
    const checked = { ...request };
    for (const [endpoints, check] of rows) {
      if (!endpoints.includes(at)) continue;
      const added = check(checked, this.knowledge);
      Object.assign(checked, added instanceof Promise ? await added : added);
    }
    return checked as Stage & Added<Rows, At>;
  }
}
