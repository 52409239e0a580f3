import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientAuthenticator } from '../../clients/authentication/client-authenticator.js';
import { endpoints } from '../../config/endpoints.js';
import { noStore } from '../../http/headers.js';
import { addressOf } from '../../http/network.js';
import { backchannelParameters } from '../../protocol/backchannel-request.js';
import { backChannelRequest } from '../../token/back-channel-request.js';
import { RequestChecks } from '../checks/request-checks.js';
import { AskedPeople } from './asked-people.js';
import { BackchannelRequests } from './backchannel-requests.js';
import { BackchannelSignedRequests } from './signed-requests.js';
import { BackchannelThrottle } from './throttle.js';

/** The backchannel authentication endpoint (CIBA Core §7). Clients authenticate as at the token endpoint. */
@ApiExcludeController()
@Controller(endpoints.backchannelAuthentication)
export class BackchannelAuthenticationController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly checks: RequestChecks,
    private readonly throttle: BackchannelThrottle,
    private readonly signed: BackchannelSignedRequests,
    private readonly people: AskedPeople,
    private readonly requests: BackchannelRequests,
  ) {}

  @Post()
  @HttpCode(200)
  async begin(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const presented = backChannelRequest(http, backchannelParameters);
    const client = await this.authenticator.authenticate(presented);
    await this.checks.admitToBackchannel({ client });
    await this.throttle.admit(client.clientId);
    const { parameters, jti } = await this.signed.read(client, presented.parameters);
    const request = await this.checks.checkBackchannel({ client, parameters });
    const person = await this.people.find(request, addressOf(http));
    await this.throttle.countFor(client.clientId, person.id);
    const { authReqId, expiresIn, interval } = await this.requests.begin(request, person, jti);
    noStore(reply);
    reply.send({ auth_req_id: authReqId, expires_in: expiresIn, interval });
  }
}
