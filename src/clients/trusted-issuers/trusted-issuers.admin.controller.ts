import { Body, Controller, Delete, Get, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Originator } from '../../audit/originator.js';
import { endpoints } from '../../config/endpoints.js';
import type { TrustedIssuer } from '../../persistence/entities/trusted-issuer.entity.js';
import { TrustedIssuersStore } from '../../persistence/stores/trusted-issuers.store.js';
import { Actor, AdminRead, AdminWrite } from '../../resource/admin-api.js';
import { PathReference } from '../../resource/path-parameters.js';
import { IfMatch, type Precondition, sendEntityTag } from '../../resource/precondition.js';
import { TrustedIssuerProtection } from './trusted-issuer-protection.guard.js';
import { TrustedIssuerRegistration } from './trusted-issuer-registration.js';
import {
  PutTrustedIssuerDto,
  toTrustedIssuerDto,
  TrustedIssuerDto,
  TrustedIssuerListDto,
} from './trusted-issuers.dto.js';

const noIssuer = 'there is no trusted issuer github-deployments';
const tooMany = 'there are 200 already: delete one first';

/** The admin API for issuers of assertions. For administrators and service clients. */
@ApiTags('Trusted issuers')
@Controller(`${endpoints.admin}/trusted-issuers`)
export class TrustedIssuersAdminController {
  constructor(
    private readonly store: TrustedIssuersStore,
    private readonly registration: TrustedIssuerRegistration,
  ) {}

  @Get()
  @AdminRead('issuers', { summary: 'List trusted issuers', returns: TrustedIssuerListDto })
  async listTrustedIssuers(): Promise<TrustedIssuerListDto> {
    return { items: (await this.store.all()).map(toTrustedIssuerDto) };
  }

  @Get(':issuer_name')
  @AdminRead('issuers', {
    summary: 'Read a trusted issuer',
    description: 'With what follows from its preset and the defaults.',
    returns: TrustedIssuerDto,
    refuses: { 404: noIssuer },
    tagged: true,
  })
  async readTrustedIssuer(
    @PathReference('issuer_name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TrustedIssuerDto> {
    return shown(await this.registration.require(name), reply);
  }

  @Put()
  @AdminWrite('issuers', {
    summary: 'Register a trusted issuer, or replace it',
    description:
      'Its assertions are exchanged for tokens (RFC 7523). Members that are omitted are those of the preset, or the defaults.',
    returns: TrustedIssuerDto,
    guards: [TrustedIssuerProtection],
    body: {
      type: PutTrustedIssuerDto,
      examples: {
        'github actions': {
          summary: 'The main branch of one repository acts for a client',
          value: {
            name: 'new-issuer',
            preset: 'github_actions',
            issuer: 'https://token.actions.githubusercontent.com',
            clients: ['deployer'],
            scope: 'contacts.read',
            claims: { repository: ['acme/shop'], ref: ['refs/heads/main'] },
          },
        },
        kubernetes: {
          summary: 'A service account of a cluster authenticates a client',
          value: {
            name: 'new-cluster',
            preset: 'kubernetes',
            issuer: 'https://kubernetes.example.com',
            jwks_uri: 'https://kubernetes.example.com/openid/v1/jwks',
            clients: ['worker'],
            claims: { sub: ['system:serviceaccount:shop:worker'] },
          },
        },
      },
    },
    refuses: { 409: tooMany, 412: true },
    tagged: true,
  })
  async putTrustedIssuer(
    @Body() issuer: PutTrustedIssuerDto,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TrustedIssuerDto> {
    await this.registration.put(issuer, actor, precondition);
    return shown(await this.registration.require(issuer.name), reply);
  }

  @Delete(':issuer_name')
  @AdminWrite('issuers', {
    ends: ({ params }) => ({ of: 'trusted issuer', name: params['issuer_name'] ?? '' }),
    summary: 'Delete a trusted issuer',
    description: 'Revokes the grants that came of its assertions, with their tokens.',
    refuses: { 404: noIssuer, 412: true },
  })
  async deleteTrustedIssuer(
    @PathReference('issuer_name') name: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    await this.registration.delete(name, actor, precondition);
  }
}

/** The issuer in the response, with the tag of its state. */
function shown(issuer: TrustedIssuer, reply: FastifyReply): TrustedIssuerDto {
  sendEntityTag(reply, issuer);
  return toTrustedIssuerDto(issuer);
}
