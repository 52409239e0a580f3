// npm run bench -w packages/guard: the cost of a new token, compared with the verification of a token by jose, and with the signature
// check of node:crypto alone. CPU time is that of the whole process, since each may use other threads, and includes garbage collection.
// They take turns every few tokens, so that other load on the machine affects all.
import { createPublicKey, verify } from 'node:crypto';
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { BearerModule, TokenVerifier } from '@eyrie/guard';

const ROUNDS = 15;
const TURNS = 20;
const TOKENS = 50; // per turn
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
const keys = createLocalJWKSet({ keys: [jwk] });

const WAYS = {
  'crypto.verify': async (tokens) => {
    for (const token of tokens) {
      const end = token.lastIndexOf('.');
      const signature = Buffer.from(token.slice(end + 1), 'base64url');
      if (!verify('sha256', Buffer.from(token.slice(0, end)), key, signature))
        throw new Error('the signature is invalid');
    }
  },
  'jose jwtVerify': async (tokens) => {
    for (const token of tokens) await jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt' });
  },
  guard: async (tokens) => {
    for (const token of tokens) await verifier.verify(token);
  },
};

const rounds = [];
for (let round = -2; round < ROUNDS; round += 1) {
  const tokens = await mintAll(TURNS * TOKENS, round);
  const cost = Object.fromEntries(Object.keys(WAYS).map((way) => [way, 0]));
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [way, work] of Object.entries(WAYS)) {
      const own = tokens[way].slice(turn * TOKENS, (turn + 1) * TOKENS);
      const before = process.cpuUsage();
      await work(own);
      const { user, system } = process.cpuUsage(before);
      cost[way] += (user + system) / (TURNS * TOKENS);
    }
  }
  if (round >= 0) rounds.push(cost); // the first ones warm up
}
for (const way of Object.keys(WAYS)) {
  const cost = median(rounds.map((round) => round[way]));
  console.log(`${way.padEnd(14)} ${cost.toFixed(1).padStart(7)} µs CPU a token seen for the first time`);
}
for (const other of ['crypto.verify', 'jose jwtVerify']) {
  const ratios = rounds.map((round) => round.guard / round[other]).toSorted((a, b) => a - b);
  const range = `${ratios[0].toFixed(2)} to ${ratios.at(-1).toFixed(2)} in ${ROUNDS} rounds`;
  console.log(`guard to ${other}: ${median(ratios).toFixed(2)}, ${range}`);
}
await app.close();

async function mintAll(count, round) {
  const minted = Object.fromEntries(Object.keys(WAYS).map((way) => [way, []]));
  for (const [way, tokens] of Object.entries(minted)) {
    for (let i = 0; i < count; i += 1) tokens.push(await mint(`${way} ${round} ${i}`));
  }
  return minted;
}

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
