// npm run bench -w packages/guard: what a token costs that was not seen before, against the bare signature check of
// node:crypto. CPU of the whole process, since either may use other threads; the two take turns, medians are compared.
import { createPublicKey, verify } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { BearerModule, TokenVerifier } from '@eyrie/guard';

const ROUNDS = 9;
const TOKENS = 1000;
const issuer = 'https://id.example.com';
const audience = 'https://contacts.example.com';

const { privateKey, publicKey } = await generateKeyPair('ES256');
const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' };
const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };

const answer = async (url) =>
  Response.json(String(url).endsWith('/jwks') ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/jwks` });

class BenchModule {}
Module({ imports: [BearerModule.forRoot({ issuer, audience, fetch: answer })] })(BenchModule);
const app = await NestFactory.createApplicationContext(BenchModule, { logger: false });
const verifier = app.get(TokenVerifier);

const WAYS = {
  'crypto.verify': async (tokens) => {
    for (const token of tokens) {
      const end = token.lastIndexOf('.');
      const signature = Buffer.from(token.slice(end + 1), 'base64url');
      if (!verify('sha256', Buffer.from(token.slice(0, end)), key, signature)) throw new Error('not good');
    }
  },
  guard: async (tokens) => {
    for (const token of tokens) await verifier.verify(token);
  },
};

const costs = { 'crypto.verify': [], guard: [] };
for (let round = 0; round <= ROUNDS; round += 1) {
  for (const [way, work] of Object.entries(WAYS)) {
    const tokens = await Promise.all(Array.from({ length: TOKENS }, (_, i) => mint(`${way} ${round} ${i}`)));
    const before = process.cpuUsage();
    await work(tokens);
    const { user, system } = process.cpuUsage(before);
    if (round > 0) costs[way].push((user + system) / TOKENS);
  }
}
for (const [way, measured] of Object.entries(costs)) {
  console.log(
    `${way.padEnd(14)} ${median(measured).toFixed(1).padStart(7)} µs CPU a token seen for the first time`,
  );
}
await app.close();

function mint(jti) {
  return new SignJWT({ client_id: 'bench', scope: 'contacts.read' })
    .setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('alice')
    .setJti(jti)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
