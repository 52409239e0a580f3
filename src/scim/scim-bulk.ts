import { HttpException, Inject, Injectable, Logger } from '@nestjs/common';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { outageOf } from '../persistence/dialects/dialects.js';
import { groupType } from '../protocol/scim/group-type.js';
import { readProjection } from '../protocol/scim/projection.js';
import type { Resource } from '../protocol/scim/resource-values.js';
import { badRequest, ScimError, scimErrorBody } from '../protocol/scim/scim-error.js';
import {
  type BulkOperation,
  type BulkRequest,
  readBulkOperation,
  referencesOf,
  withIds,
} from './bulk-request.js';
import type { Provisioner } from './provisioner.js';
import { ScimGroups } from './scim-groups.js';
import { ScimUsers } from './scim-users.js';
import { UserTypes } from './user-types.js';

const responseSchema = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** What came of an operation. */
type Outcome = Readonly<Record<string, unknown>> & { readonly status: string };

/** Members are left out of the responses to bulk requests. */
const withoutMembers = readProjection(groupType, undefined, 'members');

/** Does the operations of bulk requests one after another, each in a transaction of its own (RFC 7644 §3.7). */
@Injectable()
export class ScimBulk {
  private readonly logger = new Logger(ScimBulk.name);
  private readonly base: string;

  constructor(
    private readonly users: ScimUsers,
    private readonly groups: ScimGroups,
    private readonly types: UserTypes,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.base = settings.issuer + endpoints.scim;
  }

  async perform(
    { operations, failOnErrors = Infinity }: BulkRequest,
    provisioner: Provisioner,
  ): Promise<object> {
    const ids = new Map<string, string>();
    const outcomes: Outcome[] = [];
    let errors = 0;
    for (const given of inOrder(operations)) {
      if (errors >= failOnErrors) break;
      const outcome = await this.performOne(given, ids, provisioner);
      if (Number(outcome.status) >= 400) errors++;
      outcomes.push(outcome);
    }
    return { schemas: [responseSchema], Operations: outcomes };
  }

  private async performOne(
    given: unknown,
    ids: Map<string, string>,
    provisioner: Provisioner,
  ): Promise<Outcome> {
    const { method, bulkId } = (given ?? {}) as Readonly<Record<string, unknown>>;
    let location: string | undefined;
    const about = {
      ...(method === undefined ? {} : { method }),
      ...(bulkId === undefined ? {} : { bulkId }),
    };
    try {
      const operation = readBulkOperation(withIds(given, ids));
      if (operation.id !== undefined) location = `${this.base}/${operation.type}/${operation.id}`;
      const [open] = referencesOf(operation.data).filter((id) => !ids.has(id));
      if (open !== undefined) throw badRequest('invalidValue', `nothing was created with the bulkId ${open}`);
      const resource = await this.serve(operation, provisioner);
      if (operation.bulkId !== undefined && resource) ids.set(operation.bulkId, String(resource['id']));
      const meta = resource?.['meta'] as { location: string; version: string } | undefined;
      const status = operation.method === 'POST' ? '201' : operation.method === 'DELETE' ? '204' : '200';
      return { ...about, ...(meta ? { location: meta.location, version: meta.version } : {}), status };
    } catch (error) {
      const { status, detail, scimType } = this.refusalOf(error);
      // Required unless it was to be created (RFC 7644 §3.7).
      const where = location === undefined ? {} : { location };
      return {
        ...about,
        ...where,
        status: String(status),
        response: scimErrorBody(status, detail, scimType),
      };
    }
  }

  private async serve(
    { type, method, id = '', version, data }: BulkOperation,
    provisioner: Provisioner,
  ): Promise<Resource | undefined> {
    const precondition = version === undefined ? undefined : [version];
    if (type === 'Users') {
      if (method === 'DELETE') {
        await this.users.delete(id, provisioner, precondition);
        return undefined;
      }
      const request = { provisioner, type: await this.types.current(), precondition };
      if (method === 'POST') return this.users.create(data, request);
      if (method === 'PUT') return this.users.replace(id, data, request);
      return this.users.patch(id, data, request);
    }
    if (method === 'POST') return this.groups.create(data, provisioner, withoutMembers);
    if (method === 'DELETE') {
      await this.groups.delete(id, provisioner, precondition);
      return undefined;
    }
    if (method === 'PUT') await this.groups.replace(id, data, provisioner, precondition);
    else await this.groups.patch(id, data, provisioner, precondition);
    return this.groups.read(id, provisioner, withoutMembers);
  }

  /** What an operation says that failed. An outage fails the whole request, which can be sent again. */
  private refusalOf(error: unknown): { status: number; detail: string; scimType?: ScimError['scimType'] } {
    if (error instanceof ScimError)
      return { status: error.status, detail: error.message, scimType: error.scimType };
    if (error instanceof HttpException) return { status: error.getStatus(), detail: error.message };
    if (outageOf(error) !== undefined) throw error;
    this.logger.error(error);
    return { status: 500, detail: 'an internal error: the log has it' };
  }
}

/** The operations in their order, those that refer to what a later one creates after it. What refers in a circle comes last. */
function inOrder(operations: readonly unknown[]): unknown[] {
  const created = operations.map((operation) => (operation as { bulkId?: unknown } | null)?.bulkId);
  const needed = operations.map((operation, index) =>
    referencesOf(operation).flatMap((id) => {
      const creator = created.indexOf(id);
      return creator < 0 || creator === index ? [] : [creator];
    }),
  );
  const waiting = new Set(operations.keys());
  const ordered: number[] = [];
  for (;;) {
    const next = [...waiting].find((index) => needed[index]?.every((creator) => !waiting.has(creator)));
    if (next === undefined) return [...ordered, ...waiting].map((index) => operations[index]);
    waiting.delete(next);
    ordered.push(next);
  }
}
