import { beforeAll, describe, expect, it } from '@jest/globals';
import { type ExecutionContext, Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  type AccessToken,
  BearerError,
  BearerGuard,
  BearerModule,
  InvalidToken,
  TokenVerifier,
} from '@eyrie/guard';

const ALICE: AccessToken = {
  subject: 'alice',
  clientId: 'writer',
  scopes: new Set(),
  audience: [],
  expiresAt: 0,
  claims: {},
};

class OneToken extends TokenVerifier {
  async verify(token: string): Promise<AccessToken> {
    if (token !== 'good') throw new InvalidToken();
    return ALICE;
  }
}

/** What Express, or bare Node, hands to a guard: a request with `rawHeaders` of its own, a response with setHeader. */
function context(request: object): { context: ExecutionContext; headers: Map<string, string> } {
  const headers = new Map<string, string>();
  const response = { setHeader: (name: string, value: string) => headers.set(name, value) };
  const fake = {
    getType: () => 'http',
    getClass: () => class {},
    getHandler: () => () => undefined,
    getArgByIndex: (index: number) => [request, response][index],
  };
  return { context: fake as unknown as ExecutionContext, headers };
}

Logger.overrideLogger(false);

describe('BearerGuard on Express', () => {
  let guard: BearerGuard;

  beforeAll(async () => {
    const imports = [BearerModule.forVerifier({ useClass: OneToken })];
    guard = (await Test.createTestingModule({ imports }).compile()).get(BearerGuard);
  });

  it('a good token passes and is put on the request', async () => {
    const request = { method: 'GET', url: '/', originalUrl: '/', headers: { authorization: 'Bearer good' } };
    await expect(guard.canActivate(context(request).context)).resolves.toBe(true);
    expect(request).toHaveProperty('accessToken', ALICE);
  });

  it('a refusal sets its headers on a response that has setHeader only', async () => {
    const { context: refused, headers } = context({ headers: { authorization: 'Bearer bad' } });
    await expect(guard.canActivate(refused)).rejects.toBeInstanceOf(BearerError);
    expect(Object.fromEntries(headers)).toEqual({
      'Cache-Control': 'no-store',
      'WWW-Authenticate':
        'Bearer realm="api", error="invalid_token", error_description="The access token is not valid"',
    });
  });

  it('a second Authorization header is seen among the raw headers', async () => {
    const request = {
      headers: { authorization: 'Bearer good' },
      rawHeaders: ['Authorization', 'Bearer good', 'authorization', 'Bearer bad'],
    };
    await expect(guard.canActivate(context(request).context)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('a token in the query is seen where a router has shortened the URL', async () => {
    const request = { url: '/', originalUrl: '/contacts?access_token=good', headers: {} };
    await expect(guard.canActivate(context(request).context)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});
