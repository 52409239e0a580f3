import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientAuthenticator } from '../../clients/authentication/client-authenticator.js';
import { endpoints } from '../../config/endpoints.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { AnonymousRequests } from '../../http/anonymous-requests.js';
import { noStore } from '../../http/headers.js';
import { readableUserCode } from '../../protocol/user-code.js';
import { backChannelRequest } from '../../token/back-channel-request.js';
import { RequestChecks } from '../checks/request-checks.js';
import { DeviceRequests } from './device-requests.js';

/** The device authorization endpoint (RFC 8628 §3.1). Clients authenticate as at the token endpoint. */
@ApiExcludeController()
@Controller(endpoints.deviceAuthorization)
export class DeviceAuthorizationController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly checks: RequestChecks,
    private readonly requests: DeviceRequests,
    private readonly anonymous: AnonymousRequests,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post()
  @HttpCode(200)
  async begin(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const presented = backChannelRequest(http, ['scope', 'authorization_details']);
    const client = await this.authenticator.authenticate(presented);
    const request = await this.checks.checkDevice({ client, parameters: presented.parameters });
    if (client.isAnonymous) await this.anonymous.count('device authorization', http);
    const begun = await this.requests.begin(request);

    const userCode = readableUserCode(begun.userCode);
    const page = `${this.settings.issuer}${endpoints.device}`;
    noStore(reply);
    reply.send({
      device_code: begun.deviceCode,
      user_code: userCode,
      verification_uri: page,
      verification_uri_complete: `${page}?user_code=${userCode}`,
      expires_in: begun.expiresIn,
      interval: begun.interval,
    });
  }
}
