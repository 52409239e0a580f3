import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { type AccessToken, BearerGuard, BearerModule, type BearerOptions, TokenVerifier } from '@eyrie/guard';

const GOOD: BearerOptions = { issuer: 'https://id.example.com', audience: 'https://contacts.example.com' };

@Injectable()
class Settings {
  readonly bearer = GOOD;
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

class Refusing extends TokenVerifier {
  constructor(readonly options?: BearerOptions) {
    super();
  }

  verify(): Promise<AccessToken> {
    return Promise.reject(new Error('never'));
  }
}

describe('BearerModule', () => {
  it('starts without asking the issuer', async () => {
    const unreachable = () => Promise.reject(new Error('asked'));
    const module = await Test.createTestingModule({
      imports: [BearerModule.forRoot({ ...GOOD, fetch: unreachable })],
    }).compile();
    expect(module.get(BearerGuard)).toBeInstanceOf(BearerGuard);
    expect(module.get(TokenVerifier)).toBeInstanceOf(TokenVerifier);
  });

  it('takes its options from other providers', async () => {
    const module = await Test.createTestingModule({
      imports: [
        BearerModule.forRootAsync({
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: ({ bearer }: Settings) => bearer,
        }),
      ],
    }).compile();
    expect(module.get(TokenVerifier)).toBeInstanceOf(TokenVerifier);
  });

  it('a wrong option from a factory stops the start', async () => {
    const useFactory = () => ({ ...GOOD, issuer: 'id.example.com' });
    const module = Test.createTestingModule({ imports: [BearerModule.forRootAsync({ useFactory })] });
    await expect(module.compile()).rejects.toThrow('BearerModule: issuer');
  });

  it.each([
    ['useClass', { useClass: Refusing }],
    [
      'useFactory',
      {
        imports: [SettingsModule],
        inject: [Settings],
        useFactory: ({ bearer }: Settings) => new Refusing(bearer),
      },
    ],
  ])('takes a verifier by %s', async (_way, options) => {
    const module = await Test.createTestingModule({ imports: [BearerModule.forVerifier(options)] }).compile();
    expect(module.get(TokenVerifier)).toBeInstanceOf(Refusing);
  });

  it('takes a verifier with its options from a factory', async () => {
    const verifier = new Refusing();
    const forVerifier = (origin: string) =>
      Test.createTestingModule({
        imports: [
          BearerModule.forVerifierAsync({
            imports: [
              { module: class {}, providers: [{ provide: 'origin', useValue: origin }], exports: ['origin'] },
            ],
            inject: ['origin'],
            useFactory: async (from: string) => ({ verifier, origin: from, realm: 'eyrie' }),
          }),
        ],
      }).compile();
    expect((await forVerifier('https://id.example.com')).get(TokenVerifier)).toBe(verifier);
    await expect(forVerifier('https://id.example.com/path')).rejects.toThrow('origin must be');
  });

  it.each([
    ['a factory of a verifier', { useFactory: () => undefined as never }],
    ['a provider', { useExisting: Settings, imports: [SettingsModule] }],
  ])('%s that gives none stops the start', async (_way, options) => {
    const module = Test.createTestingModule({ imports: [BearerModule.forVerifier(options)] });
    await expect(module.compile()).rejects.toThrow('BearerModule: verifier');
  });

  it('a factory of settings without a verifier stops the start', async () => {
    const bearer = BearerModule.forVerifierAsync({ useFactory: () => ({ realm: 'eyrie' }) as never });
    const module = Test.createTestingModule({ imports: [bearer] });
    await expect(module.compile()).rejects.toThrow('BearerModule: verifier');
  });

  it('is global unless told otherwise', () => {
    expect(BearerModule.forRoot(GOOD).global).toBe(true);
    expect(BearerModule.forRoot({ ...GOOD, global: false }).global).toBe(false);
  });

  const WRONG: [title: string, message: string, options: Record<string, unknown>][] = [
    ['no issuer', 'issuer', { issuer: undefined }],
    ['an issuer that is no URL', 'issuer', { issuer: 'id.example.com' }],
    ['plain http beyond loopback', 'issuer', { issuer: 'http://id.example.com' }],
    ['a host that looks like loopback', 'issuer', { issuer: 'http://127.0.0.1.example.com' }],
    ['an issuer with a query', 'issuer', { issuer: 'https://id.example.com?tenant=1' }],
    ['an issuer with a fragment', 'issuer', { issuer: 'https://id.example.com#a' }],
    ['no audience', 'audience', { audience: undefined }],
    ['an empty audience', 'audience', { audience: '' }],
    ['an empty list of audiences', 'audience', { audience: [] }],
    ['alg none', 'algorithms', { algorithms: ['ES256', 'none'] }],
    ['an HMAC', 'algorithms', { algorithms: ['HS256'] }],
    ['no algorithms', 'algorithms', { algorithms: [] }],
    ['a negative tolerance', 'clockTolerance', { clockTolerance: -1 }],
    ['a tolerance that is no number', 'clockTolerance', { clockTolerance: '5s' }],
    ['introspection without a secret', 'introspection', { introspection: { clientId: 'contacts' } }],
    [
      'a feed without a secret',
      'revocations needs',
      { revocations: { clientId: 'contacts', onLoss: 'refuse' } },
    ],
    [
      'a feed without a policy',
      'revocations.onLoss',
      { revocations: { clientId: 'contacts', clientSecret: 's' } },
    ],
    [
      'a bound that nobody can keep',
      'revocations.bound',
      { revocations: { clientId: 'contacts', clientSecret: 's', onLoss: 'refuse', bound: 1 } },
    ],
    ['a cache of half a token', 'cacheSize', { cacheSize: 0.5 }],
    ['keys refreshed after they are too old', 'keys.refreshAfter', { keys: { refreshAfter: 700 } }],
    ['a realm with a line break', 'realm', { realm: 'a\nb' }],
  ];

  it.each(WRONG)('refuses %s, naming the option', (_title, message, options) => {
    expect(() => BearerModule.forRoot({ ...GOOD, ...options })).toThrow(message);
  });
});
