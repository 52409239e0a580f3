import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import { Changes } from '../../audit/changes.js';
import { RoleOwners } from '../../directory/role-owners.js';
import type { FileFormat, Job } from '../../persistence/entities/job.entity.js';
import type { User } from '../../persistence/entities/user.entity.js';
import { GroupsStore } from '../../persistence/stores/groups.store.js';
import { JobFilesStore } from '../../persistence/stores/job-files.store.js';
import { JobsStore } from '../../persistence/stores/jobs.store.js';
import { RolesStore } from '../../persistence/stores/roles.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import { adminScope, partialRolesOf, readScope } from '../../resource/rights.js';
import { toProfile } from '../user-profile.js';
import { JobRights } from './job-rights.js';
import { JobFailure, type JobWork } from './job-work.js';
import { cellsOfMembers, columnNames } from './row-cells.js';

/** Users that are read at once. */
const batchSize = 100;

/** Characters of a part of the file, which fits a column of any database. */
const maxPartLength = 20_000;

/** Writes all users into a file, batch by batch. An import reads it. */
@Injectable()
export class UserExport implements JobWork {
  constructor(
    private readonly jobs: JobsStore,
    private readonly files: JobFilesStore,
    private readonly users: UsersStore,
    private readonly groups: GroupsStore,
    private readonly roles: RolesStore,
    private readonly owners: RoleOwners,
    private readonly rights: JobRights,
    private readonly changes: Changes,
  ) {}

  async step(job: Job): Promise<boolean> {
    const scopes = await this.rights.required(job);
    if (job.options.hashes && !scopes.has(adminScope.write))
      throw new JobFailure('whoever started it is no administrator any more');
    const after = job.lastUserId === null ? {} : { after: job.lastUserId };
    const { items } = await this.users.list({ limit: batchSize, ...after });
    const rows: object[] = [];
    for (const user of items) rows.push(await this.membersOf(user, job, scopes));
    const header = job.done === 0 ? [columnNames] : [];
    const text = textOf(rows, job.options.format, header);
    await this.changes.change([], async (tx, now) => {
      if (!(await this.jobs.take(tx, job.id, job.done, now))) return;
      let ordinal = await this.files.nextOrdinal(tx, job.id);
      for (const content of partsOf(text)) {
        await this.files.addChunk(tx, { jobId: job.id, ordinal, content, expiresAt: job.expiresAt });
        ordinal += 1;
      }
      const counts = { done: items.length, created: 0, updated: 0, skipped: 0, refused: 0 };
      await this.jobs.advance(tx, job.id, counts, items.at(-1)?.id);
    });
    return items.length === batchSize;
  }

  /** The members that a new user would not have by itself. */
  private async membersOf(
    user: User,
    { options }: Job,
    scopes: ReadonlySet<string>,
  ): Promise<Record<string, unknown>> {
    const members = {
      username: user.username,
      ...toProfile(user),
      disabled: user.disabledAt !== null,
      administrator: user.administrator,
      admin_roles: partialRolesOf(user),
      groups: scopes.has(readScope('groups')) ? await this.groupsOf(user.id) : [],
      roles: scopes.has(readScope('roles')) ? await this.rolesOf(user.id) : [],
      password_change_required: user.passwordChangeRequired,
      password_hash: options.hashes ? await this.users.passwordHash(user.id) : undefined,
    };
    return Object.fromEntries(Object.entries(members).filter(([, value]) => isTold(value)));
  }

  private async groupsOf(userId: string): Promise<string[]> {
    const groups = await this.groups.sourcesOf(userId);
    return groups.map(({ name }) => name).toSorted();
  }

  private async rolesOf(userId: string): Promise<(string | object)[]> {
    const ids = await this.roles.givenTo({ kind: 'user', id: userId });
    const roles = (await Promise.all(ids.map((id) => this.roles.find(id)))).filter((role) => role !== null);
    const owners = await this.owners.nameAll(roles);
    return roles.map(({ name }, index) =>
      Object.keys(owners[index] ?? {}).length === 0 ? name : { name, ...owners[index] },
    );
  }
}

const isTold = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);

function textOf(rows: readonly object[], format: FileFormat, header: readonly string[][]): string {
  if (format === 'jsonl') return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  return stringify([...header, ...rows.map((row) => cellsOfMembers(row as Record<string, unknown>))]);
}

/** A text in parts. A character of two code units stays whole. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  for (let from = 0; from < text.length; from += parts.at(-1)?.length ?? 0) {
    const end = from + maxPartLength;
    const last = text.charCodeAt(end - 1);
    parts.push(text.slice(from, last >= 0xd8_00 && last < 0xdc_00 ? end - 1 : end));
  }
  return parts;
}
