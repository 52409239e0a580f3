import { Body, Controller, Delete, Get, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Originator } from '../../audit/originator.js';
import { endpoints } from '../../config/endpoints.js';
import type { AssertionPolicy } from '../../persistence/entities/assertion-policy.entity.js';
import { AssertionPoliciesStore } from '../../persistence/stores/assertion-policies.store.js';
import { Actor, AdminRead, AdminWrite } from '../../resource/admin-api.js';
import { PathReference } from '../../resource/path-parameters.js';
import { IfMatch, type Precondition, sendEntityTag } from '../../resource/precondition.js';
import {
  AssertionPolicyDto,
  AssertionPolicyListDto,
  PutAssertionPolicyDto,
  toAssertionPolicyDto,
} from './assertion-policies.dto.js';
import { AssertionPolicyRegistration } from './assertion-policy-registration.js';

const noPolicy = 'there is no assertion policy assistant-at-chat';

/** The admin API for what clients are vouched for elsewhere. For administrators and service clients. */
@ApiTags('Assertion policies')
@Controller(`${endpoints.admin}/assertion-policies`)
export class AssertionPoliciesAdminController {
  constructor(
    private readonly policies: AssertionPoliciesStore,
    private readonly registration: AssertionPolicyRegistration,
  ) {}

  @Get()
  @AdminRead('issuers', { summary: 'List assertion policies', returns: AssertionPolicyListDto })
  async listAssertionPolicies(): Promise<AssertionPolicyListDto> {
    const all = await this.policies.list();
    return { items: all.map(toAssertionPolicyDto) };
  }

  @Get(':policy_name')
  @AdminRead('issuers', {
    summary: 'Read an assertion policy',
    description: 'With the defaults of members that were omitted.',
    returns: AssertionPolicyDto,
    refuses: { 404: noPolicy },
    tagged: true,
  })
  async readAssertionPolicy(
    @PathReference('policy_name') name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AssertionPolicyDto> {
    return described(await this.registration.require(name), reply);
  }

  @Put()
  @AdminWrite('issuers', {
    summary: 'Register an assertion policy, or replace it',
    description:
      'The client exchanges an ID token or a refresh token of a person for an identity assertion, which it presents at the authorization server of a resource (draft-ietf-oauth-identity-assertion-authz-grant). Members that are omitted have the defaults.',
    returns: AssertionPolicyDto,
    body: {
      type: PutAssertionPolicyDto,
      examples: {
        group: {
          summary: 'A client may read for the members of one group',
          value: {
            name: 'new-policy',
            client_id: 'assistant',
            audience: 'https://chat.example.com',
            audience_client_id: 'f53f191f9311af35',
            groups: ['engineering'],
            scope: 'chat.read',
            resources: ['https://api.chat.example.com'],
          },
        },
      },
    },
    refuses: { 409: 'there are 1000 already: delete one first', 412: true },
    tagged: true,
  })
  async putAssertionPolicy(
    @Body() policy: PutAssertionPolicyDto,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AssertionPolicyDto> {
    await this.registration.put(policy, actor, precondition);
    return described(await this.registration.require(policy.name), reply);
  }

  @Delete(':policy_name')
  @AdminWrite('issuers', {
    summary: 'Delete an assertion policy',
    description:
      'No assertion is issued by it any more. Those that were issued last minutes; the tokens that other servers gave for them are theirs.',
    refuses: { 404: noPolicy, 412: true },
  })
  async deleteAssertionPolicy(
    @PathReference('policy_name') name: string,
    @Actor() actor: Originator,
    @IfMatch() precondition: Precondition,
  ): Promise<void> {
    await this.registration.delete(name, actor, precondition);
  }
}

/** The policy in the response, with the tag of its state. */
function described(policy: AssertionPolicy, reply: FastifyReply): AssertionPolicyDto {
  sendEntityTag(reply, policy);
  return toAssertionPolicyDto(policy);
}
