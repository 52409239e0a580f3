import { crossOriginAnswer } from '../../src/http/cors.js';
import { useServer } from '../support/server.js';
import { type Answer, request } from '../support/relying-party.js';

const origin = 'https://spa.example.com';

describe('CORS', () => {
  const server = useServer({ EYRIE_REGISTRATION: 'off' });

  const preflight = (path: string, asked: Record<string, string> = {}): Promise<Answer> =>
    request(server, path, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET', ...asked },
    });
  const allowsOrigin = ({ headers }: Answer): string | null => headers.get('access-control-allow-origin');

  it.each(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server', '/jwks'])(
    '%s, which caches keep, is the same for every origin and for none',
    async (path) => {
      const answers = [await request(server, path), await request(server, path, { headers: { origin } })];

      for (const answer of answers) {
        expect([answer.status, allowsOrigin(answer)]).toEqual([200, '*']);
        expect(answer.headers.get('vary') ?? '').not.toMatch(/origin/i);
      }
    },
  );

  it.each(['/token', '/userinfo', '/jwks', '/par', '/revoke', '/device_authorization', '/register'])(
    'a preflight request of %s allows whatever header is asked for',
    async (path) => {
      const asked = 'authorization, mcp-protocol-version, x-requested-with, traceparent';

      const answer = await preflight(path, { 'access-control-request-headers': asked });

      expect([answer.status, allowsOrigin(answer)]).toEqual([204, '*']);
      expect(answer.headers.get('access-control-allow-headers')).toBe(asked);
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    },
  );

  it('a list of headers of many kilobytes is not repeated', async () => {
    const asked = Array.from({ length: 400 }, (_, index) => `x-${index}`).join(', ');
    const answer = await preflight('/token', { 'access-control-request-headers': asked });
    expect(answer.headers.get('access-control-allow-headers')).toBe('*, authorization, content-type, dpop');
  });

  it.each([
    ['POST', '/token', 401],
    ['GET', '/token', 405],
    ['POST', '/par', 401],
    ['GET', '/userinfo', 401],
    ['DELETE', '/userinfo', 405],
    ['POST', '/register', 404],
    ['GET', '/register/client', 404],
    ['GET', '/.well-known/oauth-protected-resource', 404],
    ['GET', '/.well-known/oauth-authorization-server/mcp', 404],
    ['GET', '/.well-known/openid-configuration/mcp', 404],
  ])('an error of %s %s can be read', async (method, path, status) => {
    const answer = await request(server, path, { method, headers: { origin } });

    expect(allowsOrigin(answer)).toBe('*');
    expect(answer.status).toBe(status);
    expect((await preflight(path)).status).toBe(204);
  });

  it.each(['/authorize', '/login', '/consent', '/account', '/logout', '/introspect', '/admin/clients', '/'])(
    '%s is not open to other origins',
    async (path) => {
      for (const answer of [await request(server, path, { headers: { origin } }), await preflight(path)])
        expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    },
  );

  it('OPTIONS that is no preflight request is answered as any other method', () => {
    const plain = { url: '/token', method: 'OPTIONS', headers: { origin } };
    expect(crossOriginAnswer(plain)).toMatchObject({ isPreflight: false });
  });
});
