// The issuer that the services of the benchmark trust, and one of its tokens.
import { createServer } from 'node:http';
import { once } from 'node:events';

export const AUDIENCE = 'https://contacts.example.com';

/** @param jose the module jose of the measured service */
export async function startIssuer({ exportJWK, generateKeyPair, SignJWT }) {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' };
  const server = createServer((request, response) => {
    const document = request.url === '/jwks' ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/jwks` };
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(document));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const token = await new SignJWT({ client_id: 'bench', scope: 'contacts.read' })
    .setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(AUDIENCE)
    .setSubject('alice')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
  return { issuer, token };
}

/** Applies Nest's decorators without a compiler. */
export function decorate(target, method, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, method);
  for (const decorator of decorators) decorator(target.prototype, method, descriptor);
}
