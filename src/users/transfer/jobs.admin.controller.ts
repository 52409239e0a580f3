import { Readable } from 'node:stream';
import {
  ConflictException,
  Controller,
  Delete,
  ForbiddenException,
  Get,
  NotFoundException,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Changes } from '../../audit/changes.js';
import type { Originator } from '../../audit/originator.js';
import { endpoints } from '../../config/endpoints.js';
import type { FileFormat, Job } from '../../persistence/entities/job.entity.js';
import { JobFilesStore } from '../../persistence/stores/job-files.store.js';
import { JobsStore } from '../../persistence/stores/jobs.store.js';
import { Actor, AdminRead, AdminWrite, HeldScopes } from '../../resource/admin-api.js';
import { toPageDto } from '../../resource/paging.dto.js';
import { readScope, withIncluded } from '../../resource/rights.js';
import { parseScope } from '../../protocol/scope.js';
import { PathId } from '../../resource/path-parameters.js';
import {
  FileFormatQuery,
  JobDto,
  JobPageDto,
  JobsQuery,
  JobWithErrorsDto,
  toJobDto,
  toRowErrorDto,
} from './jobs.dto.js';
import { errorsText } from './job-errors-text.js';
import { requireAdministrator } from './user-transfers.admin.controller.js';

const noJob = 'there is no job 0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';
const shownErrors = 20;

const mediaTypes: Readonly<Record<FileFormat, string>> = { csv: 'text/csv', jsonl: 'application/x-ndjson' };
const file = {
  'text/csv': { schema: { type: 'string' } },
  'application/x-ndjson': { schema: { type: 'string' } },
};

/** Imports and exports under way, and what came of them. For administrators and service clients. */
@ApiTags('Jobs')
@Controller(`${endpoints.admin}/jobs`)
export class JobsAdminController {
  constructor(
    private readonly jobs: JobsStore,
    private readonly files: JobFilesStore,
    private readonly changes: Changes,
  ) {}

  @Get()
  @AdminRead('users', { summary: 'List imports and exports, newest first', returns: JobPageDto })
  async listJobs(@Query() { kind, state, ...page }: JobsQuery): Promise<JobPageDto> {
    const filter = { ...(kind ? { kind } : {}), ...(state ? { state } : {}) };
    return toPageDto(await this.jobs.list(filter, page), toJobDto);
  }

  @Get(':job_id')
  @AdminRead('users', {
    summary: 'Read how far a job is',
    returns: JobWithErrorsDto,
    refuses: { 404: noJob },
  })
  async readJob(@PathId('job_id') id: string): Promise<JobWithErrorsDto> {
    const job = await this.require(id);
    const errors = await this.files.errors(id, shownErrors);
    return Object.assign(toJobDto(job), { errors: errors.map(toRowErrorDto) });
  }

  @Get(':job_id/errors')
  @AdminRead('users', {
    summary: 'Download why rows were refused',
    description: 'The errors of about 10,000 rows are kept.',
    file,
    refuses: { 404: noJob },
  })
  async downloadJobErrors(
    @PathId('job_id') id: string,
    @Query() { format }: FileFormatQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.require(id);
    sendFile(reply, errorsText(this.files, id, format), `errors-${id}`, format);
  }

  @Get(':job_id/result')
  @AdminRead('users', {
    summary: 'Download the result of an export',
    file,
    refuses: { 404: noJob, 409: 'the job has no result: it is running' },
  })
  async downloadJobResult(
    @PathId('job_id') id: string,
    @HeldScopes() scopes: ReadonlySet<string>,
    @Actor() actor: Originator,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { kind, state, options, scopes: ofStarter } = await this.require(id);
    if (kind !== 'user_export') throw new ConflictException('the job has no result: it is an import');
    if (state !== 'succeeded') throw new ConflictException(`the job has no result: it is ${state}`);
    if (options.hashes) requireAdministrator(scopes);
    const written = withIncluded(parseScope(ofStarter));
    for (const area of ['groups', 'roles'] as const)
      if (written.has(readScope(area)) && !scopes.has(readScope(area)))
        throw new ForbiddenException(`the file has ${area}, which needs the scope ${readScope(area)}`);
    const detail = { job: id, hashes: options.hashes ? 'yes' : 'no' };
    await this.changes.note({ event: 'users.export_downloaded', actor, detail });
    sendFile(reply, this.files.text(id), `users-${id}`, options.format);
  }

  @Post(':job_id/cancel')
  @AdminWrite('users', {
    summary: 'Cancel a job',
    description: 'What it has done stays.',
    returns: JobDto,
    refuses: { 404: noJob, 409: 'the job has ended' },
  })
  async cancelJob(@PathId('job_id') id: string, @Actor() actor: Originator): Promise<JobDto> {
    await this.require(id);
    const event = { event: 'users.job_cancelled', actor, detail: { job: id } } as const;
    const cancelled = await this.changes.change<boolean>(event, async (tx, now) => {
      if (!(await this.jobs.end(tx, id, { state: 'cancelled', now }))) return false;
      await this.files.dropChunks(tx, id);
      return true;
    });
    if (!cancelled) throw new ConflictException('the job has ended');
    return toJobDto(await this.require(id));
  }

  @Delete(':job_id')
  @AdminWrite('users', {
    summary: 'Delete a job that has ended, with its errors and its result',
    description: 'Users whom it has imported stay.',
    refuses: { 404: noJob, 409: 'the job has not ended: cancel it first' },
  })
  async deleteJob(@PathId('job_id') id: string, @Actor() actor: Originator): Promise<void> {
    const { endedAt } = await this.require(id);
    if (endedAt === null) throw new ConflictException('the job has not ended: cancel it first');
    await this.changes.change({ event: 'users.job_deleted', actor, detail: { job: id } }, async (tx) => {
      await this.files.dropChunks(tx, id);
      await this.files.dropErrors(tx, id);
      return this.jobs.delete(tx, id);
    });
  }

  /** @throws NotFoundException */
  private async require(id: string): Promise<Job> {
    const job = await this.jobs.find(id);
    if (!job) throw new NotFoundException(`there is no job ${id}`);
    return job;
  }
}

function sendFile(reply: FastifyReply, text: AsyncIterable<string>, name: string, format: FileFormat): void {
  void reply
    .type(`${mediaTypes[format]}; charset=utf-8`)
    .header('content-disposition', `attachment; filename="${name}.${format}"`)
    .send(Readable.from(text, { objectMode: false }));
}
