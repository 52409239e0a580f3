import { Body, Controller, Delete, Get, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Originator } from '../audit/originator.js';
import { endpoints } from '../config/endpoints.js';
import type { StoredClaimRule } from '../persistence/entities/claim-rule.entity.js';
import { ClaimRulesStore } from '../persistence/stores/claim-rules.store.js';
import { Actor, AdminRead, AdminWrite } from '../resource/admin-api.js';
import { PageQuery, toPageDto } from '../resource/paging.dto.js';
import { PathId } from '../resource/path-parameters.js';
import { IfMatch, type Precondition, sendEntityTag } from '../resource/precondition.js';
import { changeNothing } from '../resource/request-examples.js';
import { claimPresets } from './built-in-claim-rules.js';
import { ClaimRules, toDefinition } from './claim-rules.js';
import {
  ClaimPresetListDto,
  ClaimRuleDto,
  ClaimRulePageDto,
  CreateClaimRuleDto,
  toClaimRuleDto,
  UpdateClaimRuleDto,
} from './claim-rules.dto.js';

const noRule = 'there is no claim rule 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';
const isTaken = 'the name groups for Argo CD is taken';

/** The admin API for the rules about claims. For administrators and service clients. */
@ApiTags('Claims')
@Controller(`${endpoints.admin}/claims`)
export class ClaimRulesAdminController {
  constructor(
    private readonly store: ClaimRulesStore,
    private readonly rules: ClaimRules,
  ) {}

  @Get('presets')
  @AdminRead('claims', {
    summary: 'List presets of rules for applications',
    description: 'In a configuration file, an entry of `claims` with `preset` and `client_id` sets one up.',
    returns: ClaimPresetListDto,
  })
  listClaimPresets(): ClaimPresetListDto {
    return {
      items: Object.entries(claimPresets).map(([preset, { means, rules }]) => ({
        preset,
        means,
        rules: rules.map((rule) => {
          const { claim, source, member, in: places } = toDefinition({ ...rule, name: preset });
          return { claim: [...claim], source, member, in: [...places] };
        }),
      })),
    };
  }

  @Get('rules')
  @AdminRead('claims', {
    summary: 'List the rules about claims',
    description: 'Oldest first, without those that are built in: the scopes `groups` and `roles`.',
    returns: ClaimRulePageDto,
  })
  async listClaimRules(@Query() query: PageQuery): Promise<ClaimRulePageDto> {
    return toPageDto(await this.store.list(query), toClaimRuleDto);
  }

  @Post('rules')
  @AdminWrite('claims', {
    summary: 'Create a rule about a claim',
    description:
      'It holds for what is issued from then on. Of two rules for one claim, lists are joined; otherwise the later one holds.',
    status: 201,
    returns: ClaimRuleDto,
    body: {
      type: CreateClaimRuleDto,
      examples: {
        'new rule': {
          summary: 'The names of all groups, where a scope of its own was granted',
          value: {
            name: 'new rule',
            claim: ['new_groups'],
            source: 'groups',
            in: ['id_token'],
            scope: 'groups',
          },
        },
      },
    },
    refuses: { 409: isTaken },
  })
  async createClaimRule(@Body() body: CreateClaimRuleDto, @Actor() actor: Originator): Promise<ClaimRuleDto> {
    return toClaimRuleDto(await this.rules.create(body, actor));
  }

  @Get('rules/:rule_id')
  @AdminRead('claims', {
    summary: 'Read a rule about a claim',
    returns: ClaimRuleDto,
    refuses: { 404: noRule },
    tagged: true,
  })
  async readClaimRule(
    @PathId('rule_id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClaimRuleDto> {
    return shown(await this.rules.require(id), reply);
  }

  @Patch('rules/:rule_id')
  @AdminWrite('claims', {
    summary: 'Update a rule about a claim',
    description: 'Omitted fields keep their values; null removes a value.',
    returns: ClaimRuleDto,
    body: {
      type: UpdateClaimRuleDto,
      examples: {
        nothing: changeNothing,
        places: { summary: 'Another place', value: { in: ['id_token', 'userinfo'] } },
      },
    },
    refuses: { 404: noRule, 409: isTaken, 412: true },
    tagged: true,
  })
  async updateClaimRule(
    @PathId('rule_id') id: string,
    @Body() changes: UpdateClaimRuleDto,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ClaimRuleDto> {
    return shown(await this.rules.update(id, changes, actor, precondition), reply);
  }

  @Delete('rules/:rule_id')
  @AdminWrite('claims', { summary: 'Delete a rule about a claim', refuses: { 404: noRule, 412: true } })
  async deleteClaimRule(
    @PathId('rule_id') id: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    await this.rules.delete(id, actor, precondition);
  }
}

/** The rule in the response, with the tag of its state. */
function shown(rule: StoredClaimRule, reply: FastifyReply): ClaimRuleDto {
  sendEntityTag(reply, rule);
  return toClaimRuleDto(rule);
}
