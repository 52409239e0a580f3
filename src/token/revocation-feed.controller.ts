import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientAuthenticator } from '../clients/authentication/client-authenticator.js';
import { endpoints } from '../config/endpoints.js';
import { queryParameters } from '../http/forms.js';
import { noStore } from '../http/headers.js';
import { invalidRequest, OAuthError } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { parseCursor } from './revocation-cursor.js';
import { RevocationFeed } from './revocation-feed.js';

/** A request waits at most this long for news. */
const maxWaitSeconds = 25;

/**
 * The revocation feed, `GET /revocations?after=<cursor>&wait=<seconds>`: what was revoked since the cursor, for services that verify
 * JWTs themselves. It contains ids only. It needs a client with `introspection_resources`, which authenticates by HTTP Basic or by a
 * certificate.
 */
@ApiExcludeController()
@Controller(endpoints.revocations)
export class RevocationFeedController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly feed: RevocationFeed,
  ) {}

  @Get()
  async follow(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { authorization } = request.headers;
    const client = await this.authenticator.authenticate({
      authorization,
      parameters: Parameters.from([]),
      http: request,
    });
    if (client.isPublic || client.metadata.introspectionResources.length === 0) {
      throw new OAuthError('unauthorized_client', 'the revocation feed is for resource servers', {
        status: 403,
        detail: `${client.clientId} has no introspection_resources`,
      });
    }
    const parameters = queryParameters(request);
    parameters.refuseRepeated(['after', 'wait']);
    const after = parameters.get('after');
    const cursor = after === undefined ? undefined : parseCursor(after);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const answer = await this.feed.follow(cursor, waitOf(parameters), gone.signal);
    noStore(reply);
    // An open connection would delay the end of the server.
    if (this.feed.isStopping) reply.header('connection', 'close');
    reply.send(answer);
  }
}

function waitOf(parameters: Parameters): number {
  const wait = parameters.get('wait') ?? '0';
  if (!/^\d{1,4}$/.test(wait)) throw invalidRequest('wait must be a whole number of seconds');
  return Math.min(Number(wait), maxWaitSeconds);
}
