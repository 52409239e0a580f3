/**
 * The bare limits: the cost of a token response on plain Fastify, without and with the one ES256 signature that it needs. No
 * authorization server on this stack can be faster.
 *
 * Environment: PORT.
 */
import { generateKeyPair, SignJWT } from 'jose';
import fastify from 'fastify';
import { parse } from 'node:querystring';

const TOKEN_LIFETIME_SECONDS = 3600;

const { privateKey } = await generateKeyPair('ES256');
const server = fastify({ logger: false });

server.addContentTypeParser(
  'application/x-www-form-urlencoded',
  { parseAs: 'string' },
  (_request, body, done) => done(null, parse(body)),
);

const answer = (accessToken, scope) => ({
  access_token: accessToken,
  token_type: 'Bearer',
  expires_in: TOKEN_LIFETIME_SECONDS,
  scope,
});

server.get('/', async () => 'ready');

server.post('/token', async (request, reply) => {
  reply.header('cache-control', 'no-store');
  return answer('bare', request.body.scope);
});

server.post('/signed', async (request, reply) => {
  const issuedAt = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'http://127.0.0.1',
    sub: 'bench-jwt',
    aud: 'https://contacts.example.com',
    client_id: 'bench-jwt',
    jti: crypto.randomUUID(),
    iat: issuedAt,
    exp: issuedAt + TOKEN_LIFETIME_SECONDS,
    scope: request.body.scope,
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'bench' })
    .sign(privateKey);
  reply.header('cache-control', 'no-store');
  return answer(token, request.body.scope);
});

await server.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
