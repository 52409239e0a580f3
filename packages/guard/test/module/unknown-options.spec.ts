import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { BearerModule, scopesOf } from '@eyrie/guard';
import { BearerTestingModule, TestIssuer } from '@eyrie/guard/testing';
import { OneToken } from '../support/one-token.js';

const GOOD = { issuer: 'https://id.example.com', audience: 'https://contacts.example.com' };
const CLIENT = { clientId: 'contacts', clientSecret: 'secret' };

type Options = Record<string, unknown>;

const IN_ROOT: [message: string, options: Options][] = [
  ['revocation is not an option; did you mean revocations?', { revocation: { ...CLIENT, onLoss: 'refuse' } }],
  ['clockTolerence is not an option; did you mean clockTolerance?', { clockTolerence: 5 }],
  ['guardall is not an option', { guardall: true }],
  ['secret is not an option; known here: ', { secret: 'x' }],
  ['scopes must be an object', { scopes: 'scp' }],
  ['scopes.claims is not an option; did you mean claim?', { scopes: { claims: 'scp' } }],
  ['introspection.cachefor is not an option', { introspection: { ...CLIENT, cachefor: 0 } }],
  ['introspection must be an object', { introspection: true }],
  ['revocations.onloss is not an option', { revocations: { ...CLIENT, onloss: 'refuse' } }],
  ['keys.maxage is not an option', { keys: { maxage: 5 } }],
  ['dpop.require is not an option; did you mean required?', { dpop: { require: true } }],
  ['dpop must be an object', { dpop: 'required' }],
  ['dpop.nonce.lifeTime is not an option', { dpop: { nonce: { secret: 'a'.repeat(32), lifeTime: 9 } } }],
  ['mtls.trustedProxy is not an option', { mtls: { header: 'client-cert', trustedProxy: [] } }],
  ['exceptions.http is not an option', { exceptions: { http: () => new Error() } }],
  ['tokenFrom.header is not an option', { tokenFrom: { header: 'x-token' } }],
  ['resourceMetadata.docs is not an option', { resourceMetadata: { docs: 'https://docs.example.com' } }],
  ['issuers must be a list', { issuer: undefined, issuers: { issuer: GOOD.issuer } }],
  [
    'issuers[1].audiences is not an option; did you mean audience?',
    { issuer: undefined, issuers: [{ issuer: GOOD.issuer }, { issuer: 'https://b.example', audiences: [] }] },
  ],
  [
    'issuers[0].keys.coolDown is not an option',
    { issuer: undefined, issuers: [{ issuer: GOOD.issuer, keys: { coolDown: 1 } }] },
  ],
  // What is not an option of one issuer.
  [
    'issuers[0].realm is not an option',
    { issuer: undefined, issuers: [{ issuer: GOOD.issuer, realm: 'contacts' }] },
  ],
];

const compile = (module: unknown) => Test.createTestingModule({ imports: [module as never] }).compile();

describe('an option that there is not', () => {
  it.each(IN_ROOT)('in forRoot stops the start: %s', (message, options) => {
    expect(() => BearerModule.forRoot({ ...GOOD, ...options })).toThrow(`BearerModule: ${message}`);
  });

  it.each(IN_ROOT.filter(([, options]) => !('resourceMetadata' in options)))(
    'in the result of a factory stops the start: %s',
    async (message, options) => {
      const module = BearerModule.forRootAsync({ useFactory: () => ({ ...GOOD, ...options }) });
      await expect(compile(module)).rejects.toThrow(`BearerModule: ${message}`);
    },
  );

  it.each([
    ['useFactry is not an option; did you mean useFactory?', { useFactry: () => GOOD }],
    ['audience is not an option', { useFactory: () => GOOD, audience: 'x' }],
    ['useClass is not an option', { useClass: OneToken }],
  ])('beside a factory stops the start: %s', (message, options) => {
    expect(() => BearerModule.forRootAsync(options as never)).toThrow(`BearerModule: ${message}`);
    expect(() => BearerModule.forVerifierAsync(options as never)).toThrow(`BearerModule: ${message}`);
  });

  it.each([
    ['resourceMetadata cannot be set by the factory', { resourceMetadata: true }],
    ['global cannot be set by the factory', { global: false }],
  ])('in a result, where it belongs beside the factory, stops the start: %s', async (message, options) => {
    const root = BearerModule.forRootAsync({ useFactory: () => ({ ...GOOD, ...options }) as never });
    await expect(compile(root)).rejects.toThrow(`BearerModule: ${message}: write it beside useFactory`);
    const useFactory = () => ({ verifier: new OneToken(), ...options }) as never;
    await expect(compile(BearerModule.forVerifierAsync({ useFactory }))).rejects.toThrow(message);
  });

  it.each([
    ['audience is not an option', { useClass: OneToken, audience: 'x' }],
    ['logRefusal is not an option; did you mean logRefusals?', { useClass: OneToken, logRefusal: 'warn' }],
    ['forVerifier needs one of useExisting, useClass and useFactory', {}],
    ['forVerifier needs one of', { useExisting: undefined }],
    ['forVerifier needs one of', { useClass: OneToken, useFactory: () => new OneToken() }],
  ])('in forVerifier stops the start: %s', (message, options) => {
    expect(() => BearerModule.forVerifier(options as never)).toThrow(`BearerModule: ${message}`);
  });

  it('in the result of forVerifierAsync stops the start', async () => {
    const useFactory = () => ({ verifier: new OneToken(), orign: 'https://a.example' }) as never;
    await expect(compile(BearerModule.forVerifierAsync({ useFactory }))).rejects.toThrow(
      'BearerModule: orign is not an option; did you mean origin?',
    );
  });

  it.each([
    ['audiences is not an option; did you mean audience?', { audiences: ['x'] }],
    ['scopes must be an object', { scopes: 'scp' }],
    ['guardAll is not an option', { audience: 'x', guardAll: true }],
  ])('in forFeature stops the start: %s', (message, options) => {
    expect(() => BearerModule.forFeature(options as never)).toThrow(`BearerModule.forFeature: ${message}`);
  });

  it('in the modules for tests stops the test', async () => {
    const issuer = await TestIssuer.create();
    expect(() => BearerTestingModule.forIssuer(issuer, { scope: {} } as never)).toThrow(
      'scope is not an option; did you mean scopes?',
    );
    await expect(TestIssuer.create({ audiance: 'x' } as never)).rejects.toThrow(
      'TestIssuer: audiance is not an option; did you mean audience?',
    );
    expect(() => issuer.mint({ scopes: 'contacts.read' } as never)).toThrow(
      'TestIssuer: scopes is not an option; did you mean scope?',
    );
  });

  it('in scopesOf() is an error', async () => {
    const app = await compile(BearerModule.forRoot(GOOD));
    expect(() => scopesOf(app, { ressource: 'x' } as never)).toThrow(
      'scopesOf: ressource is not an option; did you mean resource?',
    );
  });
});

/** What a variable of the environment is that nobody has set. */
const unset = process.env['EYRIE_TEST_UNSET'] as string;

describe('an option whose variable is not set', () => {
  it.each([
    ['audience', { audience: unset }],
    ['audience', { audience: [unset] }],
    ['issuer', { issuer: unset }],
    ['introspection', { introspection: { ...CLIENT, clientSecret: unset } }],
    ['clockTolerance', { clockTolerance: Number(unset) }],
    ['algorithms', { algorithms: [unset] }],
    ['algorithms', { algorithms: 'ES256' }],
    ['audience', { issuer: unset, issuers: [{ issuer: GOOD.issuer, audience: unset }] }],
    ['allowHttp', { allowHttp: 'false' }],
    ['scopes.names: "a"', { scopes: { names: { a: unset } } }],
    ['roles.names: "a"', { roles: { names: { a: ['editor', unset] } } }],
    ['realm', { realm: '' }],
    ['guardAll', { guardAll: 'false' }],
    ['global', { global: 'true' }],
    ['explain', { explain: 'false' }],
    ['dpop.required', { dpop: { required: 'false' } }],
    ['dpop.nonce.secret', { dpop: { nonce: { secret: unset } } }],
    ['origin', { origin: [] }],
    ['origin', { origin: [unset] }],
    ['mtls.header', { mtls: { header: unset, trustedProxies: ['10.0.0.0/8'] } }],
    ['mtls.trustedProxies', { mtls: { header: 'client-cert', trustedProxies: [unset] } }],
    ['mtls.trustedProxies', { mtls: { header: 'client-cert', trustedProxies: unset } }],
    ['tokenFrom.cookie', { tokenFrom: { cookie: unset } }],
    ['validators', { validators: [unset] }],
    ['user', { user: 'alice' }],
    ['resourceMetadata.scopes', { resourceMetadata: { scopes: [unset] } }],
    ['resourceMetadata.authorizationServers', { resourceMetadata: { authorizationServers: [unset] } }],
    ['resourceMetadata must', { resourceMetadata: 'true' }],
  ])('%s stops the start', (name, options) => {
    expect(() => BearerModule.forRoot({ ...GOOD, ...(options as object) })).toThrow(`BearerModule: ${name}`);
  });

  it.each([
    ['audience', { audience: unset }],
    ['scopes', { audience: 'x', scopes: undefined }],
    ['useExisting', { useExisting: undefined }],
    ['forFeature needs an option', {}],
  ])('a feature does not fall back to the %s of the service', (name, options) => {
    expect(() => BearerModule.forFeature(options as never)).toThrow(name);
  });
});
