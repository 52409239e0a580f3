import { randomBytes } from 'node:crypto';
import type { TestServer } from './server.js';
import { type Answer, basic, post, request } from './relying-party.js';

/** A service that calls the admin API with a token of its own. */
export class AdminCaller {
  private constructor(
    readonly server: TestServer,
    readonly clientId: string,
    readonly token: string,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** A service client with a token for this scope, under an id of its own. */
  static async register(server: TestServer, scope = 'eyrie.admin'): Promise<AdminCaller> {
    const client_id = `service-${randomBytes(6).toString('hex')}`;
    const { secret } = await server.register({ client_id, grant_types: ['client_credentials'], scope });
    const { body } = await post(
      server,
      '/token',
      { grant_type: 'client_credentials', scope },
      { authorization: basic(client_id, secret) },
    );
    return new AdminCaller(server, client_id, body.access_token);
  }

  /** The same service with another token, or with none. */
  withToken(token: string): AdminCaller {
    return new AdminCaller(this.server, this.clientId, token);
  }

  /** The same service, which sends these headers too. */
  with(headers: Readonly<Record<string, string>>): AdminCaller {
    return new AdminCaller(this.server, this.clientId, this.token, headers);
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return this.call('POST', path, body);
  }

  put(path: string, body?: unknown): Promise<Answer> {
    return this.call('PUT', path, body);
  }

  patch(path: string, body?: unknown): Promise<Answer> {
    return this.call('PATCH', path, body);
  }

  delete(path: string): Promise<Answer> {
    return this.call('DELETE', path);
  }

  call(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.send(
      method,
      path,
      body === undefined ? undefined : { type: 'application/json', content: JSON.stringify(body) },
    );
  }

  /** Posts a file. */
  postFile(path: string, content: string | Uint8Array<ArrayBuffer>, type = 'text/csv'): Promise<Answer> {
    return this.send('POST', path, { type, content });
  }

  private send(
    method: string,
    path: string,
    body?: { readonly type: string; readonly content: string | Uint8Array<ArrayBuffer> },
  ): Promise<Answer> {
    return request(this.server, `/admin${path}`, {
      method,
      headers: {
        ...this.headers,
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': body.type }),
      },
      ...(body === undefined ? {} : { body: body.content }),
    });
  }

  /** Every item of a list, page by page. */
  async everyItem(path: string, limit: number): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    let after: string | null = null;
    do {
      const page: Answer = await this.get(
        `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${after === null ? '' : `&after=${after}`}`,
      );
      const found = itemsOf(page);
      if (found.length > limit) throw new Error(`a page of ${found.length} where ${limit} were asked`);
      items.push(...found);
      after = page.body.next as string | null;
    } while (after !== null);
    return items;
  }
}

/** What a list answered. */
export function itemsOf(answer: Answer): Record<string, unknown>[] {
  expect(answer.status).toBe(200);
  return answer.body.items as Record<string, unknown>[];
}

/** Holds an answer to the refusal of a field: 400, with a message that begins with its name. */
export function expectRefusedField(answer: Answer, field: string): void {
  expect(answer.status).toBe(400);
  expect(answer.body.message).toEqual(
    expect.arrayContaining([
      expect.stringMatching(new RegExp(`^(each value in |property |All )?${field}(?!\\w)`)),
    ]),
  );
}
