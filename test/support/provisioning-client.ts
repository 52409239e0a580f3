import { randomUUID } from 'node:crypto';
import { ScimTokens } from '../../src/scim/scim-tokens.js';
import type { TestServer } from './server.js';
import { type Answer, request } from './relying-party.js';

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const enterpriseSchema = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const attributesSchema = 'urn:ietf:params:scim:schemas:extension:eyrie:2.0:User';
export const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export interface Resource extends Record<string, unknown> {
  readonly id: string;
  readonly meta: { readonly version: string; readonly location: string };
}

/** A directory that provisions users and groups over SCIM. */
export class ProvisioningClient {
  constructor(
    readonly server: TestServer,
    readonly token: string,
  ) {}

  /** One with a long-lived token of this name. */
  static async withToken(
    server: TestServer,
    { name = `directory-${randomUUID().slice(0, 8)}`, verifies_emails = false } = {},
  ): Promise<ProvisioningClient> {
    const { token } = await server.app.get(ScimTokens).create({ name, verifies_emails }, 'test');
    return new ProvisioningClient(server, token);
  }

  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return request(this.server, `/scim/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  /** A user that was created, with a name of its own unless one is given. */
  async createUser(members: object = {}): Promise<Resource> {
    const userName = `${randomUUID()}@example.com`;
    const answer = await this.call('POST', '/Users', { schemas: [userSchema], userName, ...members });
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return answer.body as unknown as Resource;
  }

  async createGroup(members: object = {}): Promise<Resource> {
    const displayName = randomUUID();
    const answer = await this.call('POST', '/Groups', { schemas: [groupSchema], displayName, ...members });
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return answer.body as unknown as Resource;
  }

  patch(path: string, operations: readonly object[], headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('PATCH', path, { schemas: [patchSchema], Operations: operations }, headers);
  }

  /** The resources that a filter finds. */
  async find(type: 'Users' | 'Groups', filter: string, rest = ''): Promise<Resource[]> {
    const answer = await this.get(`/${type}?filter=${encodeURIComponent(filter)}${rest}`);
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    return answer.body.Resources as Resource[];
  }

  /** The ids of the members of a group. */
  async members(groupId: string): Promise<string[]> {
    const { body } = await this.get(`/Groups/${groupId}`);
    return ((body.members ?? []) as { value: string }[]).map(({ value }) => value).toSorted();
  }
}

/** The form of errors (RFC 7644 §3.12). */
export function expectScimError(answer: Answer, status: number, scimType?: string): void {
  expect(answer.headers.get('content-type')).toMatch(/^application\/scim\+json/);
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      ...(scimType === undefined ? {} : { scimType }),
      detail: expect.any(String),
    },
  });
}
