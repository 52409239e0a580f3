import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ContactsApp } from '../support/contacts-app.js';
import { DpopKey } from '../support/dpop-key.js';
import { rawRequest } from '../support/raw-request.js';
import { claims, DPOP, DpopIssuer, header, type Proof, send } from '../support/dpop-issuer.js';

type Headers = [string, string][];
const dpop = new DpopIssuer();
beforeAll(() => dpop.start());
afterAll(() => dpop.stop());

describe('a DPoP-bound token', () => {
  let service: ContactsApp;

  beforeAll(async () => {
    service = await dpop.startService();
  });

  afterAll(() => service.app.close());

  const GOOD: [title: string, proof: Proof][] = [
    ['a proof for the request', (g) => g.key.prove(g.request)],
    ['the address in other spelling', claims(({ url }) => ({ htu: url.replace('http', 'HTTP') }))],
    [
      'the address with an encoded letter',
      claims(({ url }) => ({ htu: url.replace(/contacts$/, '%63ontacts') })),
    ],
    ['the address with a query and a fragment', claims(({ url }) => ({ htu: `${url}?a=b#c` }))],
    ['the address with dots', claims(({ url }) => ({ htu: url.replace(/\/contacts$/, '/x/../contacts') }))],
    ['a proof that is a minute old', claims(({ now }) => ({ iat: now - 60 }))],
    ['a clock slightly ahead', claims(({ now }) => ({ iat: now + 5 }))],
    ['a nonce that nobody asked for', claims(() => ({ nonce: 'x' }))],
    ['the type in full', header(() => ({ typ: 'application/dpop+jwt' }))],
    [
      'a key that says more of itself',
      header((g) => ({ jwk: { ...g.key.publicJwk, kid: 'x', use: 'sig' } })),
    ],
  ];

  it.each(GOOD)('a DPoP-bound token passes with %s', async (_title, proof) => {
    const g = await dpop.ground(service);
    expect(await send(g.address, g.token, await proof(g))).toMatchObject({ status: 200 });
  });

  it('a DPoP-bound token passes with a query in the request, which the proof leaves out', async () => {
    const g = await dpop.ground(service);
    const proof = await dpop.key.prove(g.request);
    expect((await send(`${g.address}?page=2`, g.token, proof)).status).toBe(200);
  });

  it('a DPoP-bound token passes again and again with a new proof each time, verified once', async () => {
    const g = await dpop.ground(service);
    for (let i = 0; i < 3; i += 1) {
      expect((await send(g.address, g.token, await dpop.key.prove(g.request))).status).toBe(200);
    }
  });

  it.each(['EdDSA', 'PS256', 'RS256'])('a DPoP-bound token passes with a proof by %s', async (alg) => {
    const g = await dpop.ground(service);
    const another = await DpopKey.generate(alg);
    const token = await dpop.bound({ cnf: { jkt: another.thumbprint } });
    expect((await send(g.address, token, await another.prove({ ...g.request, token }))).status).toBe(200);
  });
  it('a DPoP-bound token without a proof, or with two, gets 401 invalid_dpop_proof', async () => {
    const g = await dpop.ground(service);
    const two = [await dpop.key.prove(g.request), await dpop.key.prove(g.request)];
    expect((await send(g.address, g.token)).body).toMatchObject({ error: 'invalid_dpop_proof' });
    expect((await send(g.address, g.token, ...two)).body).toMatchObject({ error: 'invalid_dpop_proof' });
  });

  it('a DPoP-bound token with a proof that was used before gets 401', async () => {
    const g = await dpop.ground(service);
    const proof = await dpop.key.prove(g.request);
    expect((await send(g.address, g.token, proof)).status).toBe(200);
    const again = await send(g.address, g.token, proof);
    expect(again.body).toEqual({
      error: 'invalid_dpop_proof',
      error_description: 'The DPoP proof was used before',
    });
  });

  it.each([59, 64.999, 65, 65.001])(
    'a DPoP-bound token with a proof that is %d s old passes once at most',
    async (age) => {
      const g = await dpop.ground(service);
      const proof = await dpop.key.prove(g.request, { iat: dpop.clock.now() / 1000 - age });
      const statuses = [await send(g.address, g.token, proof), await send(g.address, g.token, proof)].map(
        ({ status }) => status,
      );
      expect(statuses).toEqual([age <= 65 ? 200 : 401, 401]);
    },
  );

  it('a DPoP-bound token with a good proof by another key gets 401 invalid_token', async () => {
    const g = await dpop.ground(service);
    const answer = await send(g.address, g.token, await dpop.other.prove(g.request));
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(answer.challenge).toMatch(/^DPoP realm="contacts", error="invalid_token"/);
  });

  const SCHEMES: [title: string, headers: (token: string, proof: string) => Headers][] = [
    ['as bearer token', (token) => [['Authorization', `Bearer ${token}`]]],
    [
      'as bearer token beside its proof',
      (token, proof) => [
        ['Authorization', `Bearer ${token}`],
        ['DPoP', proof],
      ],
    ],
  ];

  it.each(SCHEMES)('a DPoP-bound token %s gets 401 with both challenges', async (_title, headers) => {
    const g = await dpop.ground(service);
    const description = 'The access token is bound to a key and cannot be used as bearer token';
    expect(await rawRequest(g.address, headers(g.token, await dpop.key.prove(g.request)))).toMatchObject({
      status: 401,
      challenge: `Bearer realm="contacts", error="invalid_token", error_description="${description}", ${DPOP}`,
    });
  });

  it('other refusals of a DPoP-bound token name DPoP', async () => {
    const g = await dpop.ground(service);
    const expired = await dpop.bound({ exp: 1 });
    expect((await send(g.address, expired)).challenge).toMatch(
      /^DPoP realm="contacts", error="invalid_token"/,
    );
    const poor = await dpop.bound({ scope: 'other' });
    const answer = await send(g.address, poor, await dpop.key.prove({ ...g.request, token: poor }));
    expect(answer.status).toBe(403);
    expect(answer.challenge).toMatch(/^DPoP realm="contacts", error="insufficient_scope"/);
  });

  it('an unbound token by the DPoP scheme gets 401', async () => {
    const g = await dpop.ground(service);
    const token = await dpop.mint();
    const answer = await send(g.address, token, await dpop.key.prove({ ...g.request, token }));
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
  });

  it.each([
    ['the DPoP scheme without a token', 'DPoP'],
    ['the DPoP scheme with two tokens', 'DPoP a b'],
    ['the DPoP scheme with a comma', 'DPoP a, Bearer b'],
  ])('%s gets 400', async (_title, value) => {
    expect((await rawRequest(`${service.url}/contacts`, [['Authorization', value]])).status).toBe(400);
  });
});
