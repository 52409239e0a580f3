import { Body, Controller, Delete, Get, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Originator } from '../../audit/originator.js';
import { endpoints } from '../../config/endpoints.js';
import type { AuthorizationDetailsType } from '../../persistence/entities/authorization-details-type.entity.js';
import { AuthorizationDetailsTypesStore } from '../../persistence/stores/authorization-details-types.store.js';
import { Actor, AdminRead, AdminWrite } from '../admin-api.js';
import { PathReference } from '../path-parameters.js';
import { IfMatch, type Precondition, sendEntityTag } from '../precondition.js';
import { DetailTypeRegistration } from './detail-type-registration.js';
import { DetailTypeDto, DetailTypeListDto, PutDetailTypeDto, toDetailTypeDto } from './detail-types.dto.js';

const noType = 'there is no type of authorization details payment_initiation';
const tooMany = 'there are 200 already: delete one first';

/** The admin API for types of authorization details. For administrators and service clients. */
@ApiTags('Authorization details')
@Controller(`${endpoints.admin}/authorization-details-types`)
export class DetailTypesAdminController {
  constructor(
    private readonly store: AuthorizationDetailsTypesStore,
    private readonly registration: DetailTypeRegistration,
  ) {}

  @Get()
  @AdminRead('resources', {
    summary: 'List types of authorization details',
    returns: DetailTypeListDto,
  })
  async listAuthorizationDetailsTypes(): Promise<DetailTypeListDto> {
    return { items: (await this.store.all()).map(toDetailTypeDto) };
  }

  @Get(':type')
  @AdminRead('resources', {
    summary: 'Read a type of authorization details',
    returns: DetailTypeDto,
    refuses: { 404: noType },
    tagged: true,
  })
  async readAuthorizationDetailsType(
    @PathReference('type') type: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DetailTypeDto> {
    return shown(await this.registration.require(type), reply);
  }

  @Put()
  @AdminWrite('resources', {
    summary: 'Register a type of authorization details, or replace it',
    description:
      'Clients with the type in their `authorization_details_types` may then request it (RFC 9396). ' +
      'What was granted and does not conform to a new schema is left out of tokens from then on.',
    returns: DetailTypeDto,
    body: {
      type: PutDetailTypeDto,
      examples: {
        payment: {
          summary: 'One payment, of which the consent page says amount and creditor',
          value: {
            type: 'new_payment',
            title: 'A payment',
            sentence: 'Transfer {instructedAmount.amount} {instructedAmount.currency} to {creditorName}',
            schema: {
              properties: {
                instructedAmount: {
                  type: 'object',
                  properties: {
                    currency: { type: 'string', minLength: 3, maxLength: 3 },
                    amount: { type: 'string', maxLength: 20 },
                  },
                  required: ['currency', 'amount'],
                  additionalProperties: false,
                },
                creditorName: { type: 'string', maxLength: 70 },
              },
              required: ['instructedAmount', 'creditorName'],
            },
          },
        },
      },
    },
    refuses: { 409: tooMany, 412: true },
    tagged: true,
  })
  async putAuthorizationDetailsType(
    @Body() given: PutDetailTypeDto,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DetailTypeDto> {
    await this.registration.put(given, actor, precondition);
    return shown(await this.registration.require(given.type), reply);
  }

  @Delete(':type')
  @AdminWrite('resources', {
    ends: ({ params }) => ({ of: 'authorization details type', type: params['type'] ?? '' }),
    summary: 'Delete a type of authorization details',
    description:
      'Takes it from everything that people allowed. Grants stay active with what else they hold; those of nothing else are revoked.',
    refuses: { 404: noType, 412: true },
  })
  async deleteAuthorizationDetailsType(
    @PathReference('type') type: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    await this.registration.delete(type, actor, precondition);
  }
}

/** The type in the response, with the tag of its state. */
function shown(row: AuthorizationDetailsType, reply: FastifyReply): DetailTypeDto {
  sendEntityTag(reply, row);
  return toDetailTypeDto(row);
}
