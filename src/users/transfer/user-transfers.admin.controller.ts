import {
  Body,
  Controller,
  ForbiddenException,
  Post,
  Query,
  Req,
  Res,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Originator } from '../../audit/originator.js';
import { endpoints } from '../../config/endpoints.js';
import { fileMediaTypes } from '../../http/streamed-bodies.js';
import { JobsStore } from '../../persistence/stores/jobs.store.js';
import type { FileFormat, Job } from '../../persistence/entities/job.entity.js';
import { Actor, AdminWrite, HeldScopes } from '../../resource/admin-api.js';
import { adminScope } from '../../resource/rights.js';
import { fileTooLarge, maxFileBytes } from './file-rows.js';
import { JobIntake } from './job-intake.js';
import { JobDto, toJobDto, UserExportDto, UserImportQuery } from './jobs.dto.js';

const tooMany = '5 of your jobs have not ended: wait for one of them, or cancel it';

/** Imports and exports of users. For administrators and service clients. */
@ApiTags('Jobs')
@Controller()
export class UserTransfersAdminController {
  constructor(
    private readonly intake: JobIntake,
    private readonly jobs: JobsStore,
  ) {}

  @Post(endpoints.userImports)
  @AdminWrite('users', {
    summary: 'Import users from a file',
    description: `The file is CSV, whose first line names the columns, or JSON lines, of ${
      maxFileBytes / 1_024 / 1_024
    } MiB at most. Columns and members are those of a new user, with \`password_hash\` in place of \`password\`, and \`disabled\`, \`groups\` and \`roles\`. Cells with several groups or roles separate them by \`;\` or hold a JSON array. Each row is checked as in "Create a user"; one that is refused keeps no other from being imported.`,
    status: 202,
    returns: JobDto,
    takes: {
      mediaTypes: fileMediaTypes,
      examples: {
        CSV: {
          summary: 'Two users in CSV; one has a password, of which another service kept a hash',
          value:
            'username,email,name,password_hash\nnew.user,new.user@example.com,New User,\nother.user,,Other User,$2b$12$LJ3m4ys3Lk0TSwHlvK6rQe4v1y7vMkFqHn7x1ZxZcW8C6RwGgqKPe\n',
        },
        'JSON lines': {
          summary: 'The same in JSON lines',
          value:
            '{"username":"new.user","email":"new.user@example.com","name":"New User"}\n{"username":"other.user","name":"Other User"}\n',
        },
      },
    },
    refuses: { 409: tooMany },
  })
  async importUsers(
    @Query() { mode, dry_run: dryRun }: UserImportQuery,
    @HeldScopes() scopes: ReadonlySet<string>,
    @Actor() actor: Originator,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    const options = { format: formatOf(request), mode, dryRun };
    requireFitting(request);
    // The connection is still needed for the response if the file is refused half-way.
    const file = request.raw.iterator({ destroyOnReturn: false });
    return this.started(await this.intake.import(file, options, { actor, scopes }), reply);
  }

  @Post(`${endpoints.admin}/user-exports`)
  @AdminWrite('users', {
    summary: 'Export all users into a file',
    description:
      'The file can be downloaded once the job has succeeded, for seven days. It holds groups and roles as far as the scopes of the token allow.',
    status: 202,
    returns: JobDto,
    body: {
      type: UserExportDto,
      examples: { CSV: { summary: 'CSV, without hashes of passwords', value: { format: 'csv' } } },
    },
    refuses: { 409: tooMany },
  })
  async exportUsers(
    @Body() options: UserExportDto,
    @HeldScopes() scopes: ReadonlySet<string>,
    @Actor() actor: Originator,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobDto> {
    if (options.hashes) requireAdministrator(scopes);
    return this.started(
      await this.intake.export({ format: options.format, hashes: options.hashes }, { actor, scopes }),
      reply,
    );
  }

  private async started(id: string, reply: FastifyReply): Promise<JobDto> {
    void reply.header('location', `${endpoints.admin}/jobs/${id}`);
    const job: Job | null = await this.jobs.find(id);
    if (!job) throw new Error(`the job ${id} was started, and is not there`);
    return toJobDto(job);
  }
}

/** @throws ForbiddenException */
export function requireAdministrator(scopes: ReadonlySet<string>): void {
  if (!scopes.has(adminScope.write))
    throw new ForbiddenException('only administrators may read hashes of passwords');
}

/** @throws PayloadTooLargeException if the request says so before it sends the file */
function requireFitting({ headers }: FastifyRequest): void {
  if (Number(headers['content-length'] ?? 0) > maxFileBytes) throw fileTooLarge();
}

/** @throws UnsupportedMediaTypeException */
function formatOf({ headers }: FastifyRequest): FileFormat {
  const mediaType = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!(fileMediaTypes as readonly string[]).includes(mediaType))
    throw new UnsupportedMediaTypeException(`the file must be of the type ${fileMediaTypes.join(' or ')}`);
  return mediaType === 'text/csv' ? 'csv' : 'jsonl';
}
