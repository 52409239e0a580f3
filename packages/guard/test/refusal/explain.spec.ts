import { Controller, Get, Logger, type LoggerService, Module } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BearerModule, type BearerOptions, RequireAcr, RequireClaims, RequireScopes } from '@eyrie/guard';
import { type ContactsApp, listen } from '../support/contacts-app.js';
import { DpopKey } from '../support/dpop-key.js';
import { part } from '../support/forge.js';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';
import { type RawAnswer, rawRequest, withAuthorization } from '../support/raw-request.js';

@Controller()
class ContactsController {
  @RequireScopes('contacts.read', 'contacts.write')
  @Get('contacts')
  list(): void {}

  @RequireAcr('urn:mfa')
  @Get('acr')
  acr(): void {}

  @RequireClaims({ tenant: 'acme' })
  @Get('claims')
  claims(): void {}
}

describe('a refusal', () => {
  let issuer: LocalIssuer;
  let service: ContactsApp;
  let lines: [level: string, line: string][];
  let writer: LoggerService;

  beforeEach(async () => {
    issuer = await LocalIssuer.start();
    lines = [];
    const note = (level: string) => (line: string, context: string) => {
      if (context === 'BearerGuard') lines.push([level, line]);
    };
    const logger = Object.fromEntries(
      ['log', 'error', 'warn', 'debug', 'verbose', 'fatal'].map((level) => [level, note(level)]),
    );
    writer = logger as unknown as LoggerService;
  });

  afterEach(async () => {
    Logger.overrideLogger(false);
    await service.app.close();
    await issuer.close();
  });

  async function start(options: Partial<BearerOptions> = {}): Promise<void> {
    const bearer = BearerModule.forRoot({ issuer: issuer.url, audience: AUDIENCE, ...options });
    @Module({ imports: [bearer], controllers: [ContactsController] })
    class ContactsModule {}
    service = await listen(ContactsModule);
    Logger.overrideLogger(writer);
  }

  const get = async (path: string, claims: Record<string, unknown>): Promise<RawAnswer> =>
    withAuthorization(`${service.url}${path}`, `Bearer ${await issuer.mint(claims)}`);

  const CASES: [reason: string, path: string, claims: Record<string, unknown>][] = [
    [`401 invalid_token, aud: expected [ '${AUDIENCE}' ], received 'x'`, '/contacts', { aud: 'x' }],
    [
      `403 insufficient_scope, scope: expected 'contacts.read contacts.write', received 'no contacts.write'`,
      '/contacts',
      {},
    ],
    [
      `401 insufficient_user_authentication, acr: expected 'urn:mfa', received 'urn:pwd'`,
      '/acr',
      { acr: 'urn:pwd' },
    ],
    [`403 insufficient_scope, tenant: expected 'acme', received missing`, '/claims', {}],
    [`401 invalid_token, sub: received 7`, '/claims', { sub: 7 }],
  ];

  it.each(CASES)('with explain says to the caller: %s', async (reason, path, claims) => {
    await start({ explain: true });
    expect((await get(path, claims)).headers['eyrie-explain']).toBe(reason);
  });

  const EXPECTED = "expected 'Bearer or DPoP, a space, and a token', received";
  const MALFORMED: [reason: string, path: string, header: string | undefined][] = [
    [`Authorization header: ${EXPECTED} 'no token after the scheme'`, '/contacts', 'Bearer'],
    [`Authorization header: ${EXPECTED} 'white space within or after the token'`, '/contacts', 'Bearer a b'],
    [
      `Authorization header: ${EXPECTED} 'a character that tokens do not have, at position 3 of 4'`,
      '/contacts',
      'Bearer ab"c',
    ],
    [`Authorization header: ${EXPECTED} 'no such scheme and token'`, '/contacts', 'secret'],
    ['The access token must not be sent in the query', '/contacts?access_token=a', undefined],
  ];

  it.each(MALFORMED)(
    'a malformed request is told and logged with its part: %s',
    async (wrong, path, header) => {
      await start({ explain: true });
      const answer = await rawRequest(
        `${service.url}${path}`,
        header === undefined ? [] : [['Authorization', header]],
      );
      expect(answer).toMatchObject({
        status: 400,
        headers: { 'eyrie-explain': `400 invalid_request, ${wrong}` },
      });
      expect(lines).toEqual([['debug', `ContactsController.list refused: 400 invalid_request, ${wrong}`]]);
    },
  );

  it('tells nothing of it to the caller otherwise', async () => {
    await start();
    expect((await get('/contacts', { aud: 'x' })).headers).not.toHaveProperty('eyrie-explain');
  });

  it('tells nothing of it to the caller in production, whatever the option says', async () => {
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    await start({ explain: true });
    process.env['NODE_ENV'] = before;
    expect((await get('/contacts', { aud: 'x' })).headers).not.toHaveProperty('eyrie-explain');
  });

  it.each([
    ['debug', undefined],
    ['warn', 'warn'],
  ] as const)(
    'is logged at level %s where logRefusals is %s, with route and check',
    async (level, option) => {
      await start(option && { logRefusals: option });
      await get('/contacts', { aud: 'x' });
      const reason = `401 invalid_token, aud: expected [ '${AUDIENCE}' ], received 'x'`;
      expect(lines).toEqual([[level, `ContactsController.list refused: ${reason}`]]);
    },
  );

  it('is not logged where logRefusals is off', async () => {
    await start({ logRefusals: 'off' });
    await get('/contacts', { aud: 'x' });
    expect(lines).toEqual([]);
  });

  it('never shows the token, wherever it came', async () => {
    await start({ explain: true });
    const token = await issuer.mint({ aud: 'x' });
    const url = `${service.url}/contacts`;
    const answers = [
      await withAuthorization(url, `Bearer ${token}`),
      await withAuthorization(url, `DPoP ${token}`),
      await withAuthorization(url, token),
      await rawRequest(`${url}?access_token=${token}`, []),
      await rawRequest(url, []),
    ];
    const shown = JSON.stringify([lines, answers.map(({ headers, body }) => [headers, body])]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 400, 400, 401]);
    expect(lines.length).toBe(5);
    for (const piece of token.split('.')) expect(shown).not.toContain(piece);
  });

  it('holds hostile values on one line of printable letters', async () => {
    await start({ explain: true });
    const { headers } = await get('/contacts', { aud: 'ü\r\nSet-Cookie: a=b' });
    expect(headers['eyrie-explain']).toMatch(/^[\x20-\x7e]+$/);
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it('holds what another library says of a hostile proof on one such line', async () => {
    await start({ explain: true });
    const { publicJwk, thumbprint } = await DpopKey.generate();
    const token = await issuer.mint({ scope: 'contacts.read contacts.write', cnf: { jkt: thumbprint } });
    const crit = ['ü\r\nSet-Cookie: a=b'];
    const proof = `${part({ typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk, crit, [crit[0] ?? '']: 1 })}.${part({})}.AAAA`;
    const { status, headers } = await rawRequest(`${service.url}/contacts`, [
      ['Authorization', `DPoP ${token}`],
      ['DPoP', proof],
    ]);
    expect(status).toBe(401);
    expect(headers['eyrie-explain']).toMatch(/^401 invalid_dpop_proof, DPoP proof: [\x20-\x7e]+$/);
    expect(lines.map(([, line]) => line)).toEqual([expect.stringMatching(/^[\x20-\x7e]+$/)]);
  });
});
