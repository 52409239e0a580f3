import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Req,
  Res,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../../config/endpoints.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { noStore } from '../../http/headers.js';
import { addressOf } from '../../http/network.js';
import type { Client } from '../../persistence/entities/client.entity.js';
import { toOwnMetadata } from '../client-columns.js';
import { RegistrableScopes } from '../registrable-scopes.js';
import { SelfRegistration } from './self-registration.js';

/**
 * Dynamic client registration (RFC 7591, OIDC Registration) and its management (RFC 7592). To register, a request needs an initial
 * access token unless registration is open. To manage its registration, a client needs its registration access token.
 */
@ApiExcludeController()
@Controller(endpoints.register)
export class RegistrationController {
  constructor(
    private readonly registration: SelfRegistration,
    private readonly scopes: RegistrableScopes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post()
  @HttpCode(201)
  async register(
    @Headers('authorization') authorization: string | undefined,
    @Body() body: unknown,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const registered = await this.registration.register(authorization, body, addressOf(http));
    const { client, secret, registrationToken } = registered;
    await this.send(reply, client, registrationToken, secret);
  }

  @Get(':clientId')
  async read(
    @Param('clientId') clientId: string,
    @Headers('authorization') authorization: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const client = await this.registration.read(clientId, authorization);
    await this.send(reply, client, tokenOf(authorization));
  }

  @Put(':clientId')
  async replace(
    @Param('clientId') clientId: string,
    @Headers('authorization') authorization: string | undefined,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { client, secret } = await this.registration.replace(clientId, authorization, body);
    await this.send(reply, client, tokenOf(authorization), secret);
  }

  @Delete(':clientId')
  @HttpCode(204)
  async delete(
    @Param('clientId') clientId: string,
    @Headers('authorization') authorization: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.registration.delete(clientId, authorization);
    noStore(reply);
    reply.send();
  }

  /** The client information response (RFC 7591 §3.2.1, RFC 7592 §3). Only a new secret is part of it, since only its hash is stored. */
  private async send(
    reply: FastifyReply,
    registered: Client,
    registrationToken: string,
    secret?: string,
  ): Promise<void> {
    const client = await this.scopes.withScopes(registered);
    noStore(reply);
    reply.send({
      client_id: client.clientId,
      client_id_issued_at: client.createdAt,
      ...(secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
      registration_access_token: registrationToken,
      registration_client_uri: `${this.settings.issuer}${endpoints.register}/${client.clientId}`,
      ...Object.fromEntries(Object.entries(toOwnMetadata(client)).filter(([, value]) => value !== null)),
    });
  }
}

/** The registration access token, from the request: it does not change, and only its hash is stored. */
const tokenOf = (authorization = ''): string => authorization.trim().replace(/^\S+ +/, '');
