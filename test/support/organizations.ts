import { randomUUID } from 'node:crypto';
import { AdminCaller } from './admin-caller.js';
import { type Shown, signIn, type TestBrowser } from './browser.js';
import { type Credentials, shows } from './walk.js';

export const organizationScope = (id: string): string => `organization:${id}`;

/** Somebody with an account of their own. */
export interface Person extends Credentials {
  readonly id: string;
}

/** Organizations and people, made by the admin API. */
export class TestOrganizations {
  private constructor(readonly admin: AdminCaller) {}

  static async of(...of: Parameters<typeof AdminCaller.register>): Promise<TestOrganizations> {
    return new TestOrganizations(await AdminCaller.register(...of));
  }

  async person(): Promise<Person> {
    const user = { username: `person-${randomUUID()}`, password: 'correct horse battery' };
    return { ...user, id: await this.admin.server.createUser(user) };
  }

  /** @returns its id */
  async create(name = `org-${randomUUID()}`, fields: object = {}): Promise<string> {
    const answer = await this.admin.post('/organizations', {
      name,
      display_name: `The company ${name}`,
      roles: ['admin', 'member'],
      ...fields,
    });
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.body['id'] as string;
  }

  /** As the admin API shows it. */
  async shown(id: string): Promise<{ readonly name: string; readonly display_name: string }> {
    return (await this.admin.get(`/organizations/${id}`)).body as never;
  }

  async join(organization: string, { id }: Person, roles: readonly string[] = ['member']): Promise<void> {
    const answer = await this.admin.put(`/organizations/${organization}/members/${id}`, { roles });
    if (answer.status !== 204) throw new Error(answer.text);
  }

  async leave(organization: string, { id }: Person): Promise<void> {
    const answer = await this.admin.delete(`/organizations/${organization}/members/${id}`);
    if (answer.status !== 204) throw new Error(answer.text);
  }

  async delete(organization: string): Promise<void> {
    const answer = await this.admin.delete(`/organizations/${organization}`);
    if (answer.status !== 204) throw new Error(answer.text);
  }

  /** Somebody who belongs to a number of new organizations, and the ids of these. */
  async memberOf(count: number): Promise<{ person: Person; organizations: string[] }> {
    const person = await this.person();
    const organizations: string[] = [];
    for (let made = 0; made < count; made++) {
      const id = await this.create();
      await this.join(id, person);
      organizations.push(id);
    }
    return { person, organizations };
  }
}

export const asksForOrganization = (page: Shown): boolean =>
  page.html.includes('action="/select-organization"');

/** Opens a URL and signs in, up to the next page. */
export async function arrive(browser: TestBrowser, url: string, person: Person): Promise<Shown> {
  const page = await browser.open(url);
  return shows.signIn(page) ? signIn(browser, page, person) : page;
}
