import { AdminCaller } from '../support/admin-caller.js';
import type { Answer } from '../support/relying-party.js';
import { alice, useServer } from '../support/server.js';

const nobody = '0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';

describe('An error of the admin API', () => {
  const server = useServer({}, { users: [alice] });
  let admin: AdminCaller;

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
  });

  /** Holds the answer to RFC 9457 and gives back its fields that are wrong. */
  function expectProblem(answer: Answer, status: number, title: string): unknown {
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json(;|$)/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect({ status: answer.status, body: answer.body }).toEqual({
      status,
      body: expect.objectContaining({
        type: 'about:blank',
        title,
        status,
        detail: expect.stringMatching(/\w/) as string,
      }) as object,
    });
    return answer.body['errors'];
  }

  it.each<[string, (caller: AdminCaller) => Promise<Answer>, number, string]>([
    ['unknown user', (caller) => caller.get(`/users/${nobody}`), 404, 'Not Found'],
    ['unknown path', (caller) => caller.get('/nothing'), 404, 'Not Found'],
    ['unsupported method', (caller) => caller.delete('/users'), 405, 'Method Not Allowed'],
    ['taken name', (caller) => caller.post('/users', alice), 409, 'Conflict'],
    [
      'changed state',
      async (caller) => {
        const { body } = await caller.get('/users?username=alice');
        const [{ id }] = body['items'] as [{ id: string }];
        return caller.with({ 'if-match': '"another"' }).patch(`/users/${id}`, { name: 'Alice' });
      },
      412,
      'Precondition Failed',
    ],
    [
      'large body',
      (caller) => caller.post('/users', { username: 'a'.repeat(70_000) }),
      413,
      'Payload Too Large',
    ],
  ])('about an %s is a problem with its status', async (_name, send, status, title) => {
    expect(expectProblem(await send(admin), status, title)).toBeUndefined();
  });

  it('about malformed JSON or another media type is a problem', async () => {
    const send = async (type: string, body: string): Promise<Answer> => {
      const response = await fetch(`${server.issuer}/admin/users`, {
        method: 'POST',
        headers: { authorization: `Bearer ${admin.token}`, 'content-type': type },
        body,
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: JSON.parse(text) as Answer['body'],
      };
    };
    expectProblem(await send('application/json', '{'), 400, 'Bad Request');
    expectProblem(await send('application/xml', '<user/>'), 415, 'Unsupported Media Type');
  });

  it.each<[string, string, Parameters<AdminCaller['call']>, object[]]>([
    [
      'a member of the body by a pointer',
      'unknown member',
      ['POST', '/users', { ...alice, username: 'bob', color: 'red' }],
      [{ detail: 'property color should not exist', pointer: '#/color' }],
    ],
    [
      'a member within a member by a pointer',
      'scope of Eyrie itself',
      [
        'PUT',
        '/resources',
        { identifier: 'https://a.example.com', name: 'One', scopes: { openid: 'Your identity' } },
      ],
      [{ detail: 'scopes.openid is a scope of Eyrie itself', pointer: '#/scopes/openid' }],
    ],
    [
      'a member whose name has a slash and a tilde, escaped',
      'such a name',
      ['POST', '/users', { ...alice, username: 'bob', 'a/b~c': 1 }],
      [{ detail: 'property a/b~c should not exist', pointer: '#/a~1b~0c' }],
    ],
    [
      'what a rule found, by a pointer',
      'easy password',
      ['POST', '/users', { ...alice, username: 'bob', password: 'bob' }],
      [{ pointer: '#/password' }],
    ],
    [
      'client metadata by a pointer',
      'redirection URI with a fragment',
      ['POST', '/clients', { client_name: 'One', redirect_uris: ['https://a.example.com/#x'] }],
      [{ pointer: expect.stringMatching(/^#\/redirect_uris/) }],
    ],
    [
      'a parameter of the query by its name',
      'limit of zero',
      ['GET', '/users?limit=0'],
      [{ detail: 'limit must not be less than 1', parameter: 'limit' }],
    ],
    [
      'a parameter of an operation that has none by its name',
      'unknown parameter',
      ['GET', `/users/${nobody}?color=red`],
      [{ detail: 'property color should not exist', parameter: 'color' }],
    ],
    [
      'a parameter of the path by its name',
      'long id',
      ['GET', `/users/${'x'.repeat(37)}`],
      [{ detail: 'user_id must be shorter than or equal to 36 characters', parameter: 'user_id' }],
    ],
  ])('names %s (%s)', async (_what, _example, call, expected) => {
    const answer = await admin.call(...call);
    const errors = expectProblem(answer, 400, 'Bad Request') as { detail: string }[];
    expect(errors).toEqual(expect.arrayContaining(expected.map((error) => expect.objectContaining(error))));
    // Clients of earlier releases read these.
    expect(answer.body).toMatchObject({
      statusCode: 400,
      error: 'Bad Request',
      message: errors.map(({ detail }) => detail),
    });
  });

  it('names a hundred fields at most', async () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`member${index}`, index]));
    const errors = expectProblem(await admin.post('/users', { ...alice, ...many }), 400, 'Bad Request');
    expect(errors).toHaveLength(101);
    expect((errors as object[]).at(-1)).toEqual({
      detail: expect.stringContaining('left out') as string,
      pointer: '#',
    });
  });

  it('about the access token is a problem, with its challenge', async () => {
    const without = await admin.withToken('').get('/users');
    expectProblem(without, 401, 'Unauthorized');
    expect(without.headers.get('www-authenticate')).toMatch(/^Bearer realm="eyrie"/);

    const unknown = await admin.withToken('none').get('/users');
    expectProblem(unknown, 401, 'Unauthorized');
    expect(unknown.body).toMatchObject({ error: 'invalid_token', error_description: unknown.body['detail'] });
    expect(unknown.headers.get('www-authenticate')).toContain('error="invalid_token"');

    const reader = await AdminCaller.register(server, 'eyrie.users.read');
    const refused = await reader.post('/users', alice);
    expectProblem(refused, 403, 'Forbidden');
    expect(refused.body.error).toBe('insufficient_scope');
    expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
  });
});

describe('An error of a protocol endpoint', () => {
  const server = useServer();

  it('stays as RFC 6749 has it', async () => {
    const response = await fetch(`${server.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'nothing' }),
    });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(Object.keys((await response.json()) as object).toSorted()).toEqual(['error', 'error_description']);
  });
});
