import { AdminCaller } from '../support/admin-caller.js';
import { type Operation, operationsOf } from '../support/api-document.js';
import { useServer } from '../support/server.js';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'OPTIONS'];
const ids = '0193a1b2-7c41-7d3e-9f5a-2b8c6d4e1f00';

describe('A request that the OpenAPI document of the admin API does not describe', () => {
  const server = useServer();
  let admin: AdminCaller;
  let operations: Operation[];

  const concrete = (path: string): string => path.replaceAll(/\{\w+\}/g, ids);
  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    fetch(`${server.issuer}/admin${path}`, {
      method,
      headers: { authorization: `Bearer ${admin.token}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    operations = await operationsOf(server);
  });

  it('of another method is 405, with the methods of the path in Allow, whatever its body', async () => {
    const paths = [...new Set(operations.map(({ path }) => path))];
    expect(paths.length).toBeGreaterThan(50);
    for (const path of paths) {
      const described = operations.filter((one) => one.path === path).map(({ method }) => method);
      for (const method of methods.filter((one) => !described.includes(one))) {
        const withBody = method === 'QUERY' || method === 'POST';
        const answer = await send(
          method,
          concrete(path),
          withBody ? { 'content-type': 'text/csv' } : {},
          withBody ? 'a,b' : undefined,
        );
        const allow = answer.headers.get('allow')?.split(', ');
        expect({ method, path, status: answer.status, allow: allow?.toSorted() }).toEqual({
          method,
          path,
          status: 405,
          allow: described.toSorted(),
        });
      }
    }
  });

  it.each(['POST', 'QUERY', 'DELETE'])(
    '%s of a path that is not there is 404, whatever its body',
    async (method) => {
      const answer = await send(method, '/nothing', { 'content-type': 'text/csv' }, 'a,b');
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    },
  );

  it.each([
    ['application/x-www-form-urlencoded', 'name=editors'],
    ['application/scim+json', '{"name":"editors"}'],
    ['text/csv', 'name\neditors'],
    ['application/xml', '<group/>'],
  ])('with %s as its body is 415, at any operation that takes JSON', async (type, body) => {
    const taking = operations.filter((one) => one.body);
    expect(taking.length).toBeGreaterThan(20);
    for (const { method, path } of taking) {
      const answer = await send(method, concrete(path), { 'content-type': type }, body);
      expect({ method, path, status: answer.status }).toEqual({ method, path, status: 415 });
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    }
  });

  it.each([
    ['application/json', '{}'],
    ['application/x-www-form-urlencoded', 'username=bob'],
  ])('with %s in place of a file of users is 415', async (type, body) => {
    expect((await send('POST', '/user-imports', { 'content-type': type }, body)).status).toBe(415);
  });

  it('has refusals that the document names: 413 and 415 where there is a body, and 503', () => {
    for (const { id, body, responses } of operations) {
      expect({ id, statuses: Object.keys(responses) }).toEqual({
        id,
        statuses: expect.arrayContaining(body ? ['413', '415', '503'] : ['503']) as string[],
      });
      expect(Object.keys(responses)).not.toContain('default');
    }
  });
});

describe('A path with a broken percent-encoding', () => {
  const server = useServer({ EYRIE_REGISTRATION: 'open' });

  it.each([
    ['/admin/users/%zz', 'application/problem+json', { status: 400, title: 'Bad Request' }],
    ['/scim/v2/Users/%zz', 'application/scim+json; charset=utf-8', { status: '400' }],
    ['/register/%zz', 'application/json; charset=utf-8', { error: 'invalid_request' }],
  ])('%s is 400 in the form of its endpoint', async (path, type, body) => {
    const answer = await fetch(server.issuer + path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, type]);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.json()).toMatchObject(body);
  });

  it('is a page where people are', async () => {
    const answer = await fetch(`${server.issuer}/account/%zz`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});
