import { describe, expect, it } from '@jest/globals';
import {
  Claim,
  OptionalBearer,
  Public,
  RequireAcr,
  RequireAnyRole,
  RequireAnyScope,
  RequireAuthorizationDetails,
  RequireClaims,
  RequireRoles,
  RequireScopes,
  RequireScopesFor,
} from '@eyrie/guard';

/** What a variable of the environment is that nobody has set. */
const unset = process.env['EYRIE_TEST_UNSET'] as string;

describe('a decorator', () => {
  class Target {
    handler(): void {}
  }
  const descriptor = Object.getOwnPropertyDescriptor(Target.prototype, 'handler') as PropertyDescriptor;
  const onHandler = (...decorators: MethodDecorator[]) => {
    for (const decorator of decorators) decorator(Target.prototype, 'handler', descriptor);
  };

  it('@Public() beside a decorator that requires scopes is refused, in either order', () => {
    expect(() => onHandler(Public(), RequireScopes('a'))).toThrow('cannot be both');
    expect(() => {
      @Public()
      @RequireScopes('a')
      class Both {}
      return Both;
    }).toThrow('Both is @Public()');
  });

  it.each([
    ['no type', undefined, {}],
    ['an empty type', '', {}],
    ['a list of members', 'payment', []],
    ['null instead of members', 'payment', null],
    ['a promise instead of members', 'payment', Promise.resolve({})],
    ['a function that returns a promise', 'payment', async () => true],
    ['a member that is not set', 'payment', { actions: unset }],
    ['a member with an empty list', 'payment', { actions: [] }],
    ['a member with an object', 'payment', { amount: { currency: 'EUR' } }],
    ['a member with a number that is none', 'payment', { amount: Number.NaN }],
  ])('@RequireAuthorizationDetails() refuses %s', (_condition, type, expected) => {
    expect(() => RequireAuthorizationDetails(type as never, expected as never)).toThrow(TypeError);
  });

  it('@RequireScopesFor() takes no list, and no function that returns a promise', () => {
    expect(() => RequireScopesFor(['a'] as never)).toThrow('needs a function');
    expect(() => RequireScopesFor((async () => ['a']) as never)).toThrow('needs a function');
  });

  it('@OptionalBearer() beside @Public() or requirements is refused, in either order', () => {
    expect(() => {
      @OptionalBearer()
      @Public()
      class Both {}
      return Both;
    }).toThrow('Both is @OptionalBearer() and @Public()');
    expect(() => {
      @RequireRoles('admin')
      @OptionalBearer()
      class Both {}
      return Both;
    }).toThrow('Both is @OptionalBearer() and has requirements');
  });

  it.each([
    ['@RequireScopes without a scope', () => RequireScopes()],
    ['@RequireScopes with an unset variable', () => RequireScopes(unset)],
    ['@RequireScopes with an unset variable among others', () => RequireScopes('a', unset)],
    ['@RequireScopes with a list', () => RequireScopes(['a', 'b'] as never)],
    ['@RequireAnyScope without a scope', () => RequireAnyScope()],
    ['@RequireAnyScope with two in one', () => RequireAnyScope('a b')],
    ['@RequireAnyScope with an unset variable', () => RequireAnyScope('a', unset)],
    ['@RequireRoles without a role', () => RequireRoles()],
    ['@RequireRoles with an unset variable', () => RequireRoles(unset)],
    ['@RequireRoles with a list', () => RequireRoles(['admin'] as never)],
    ['@RequireAnyRole without a role', () => RequireAnyRole()],
    ['@RequireAnyRole with an empty role', () => RequireAnyRole('admin', '')],
    ['@RequireAcr with a blank', () => RequireAcr('a b')],
    ['@RequireAcr with a quote', () => RequireAcr('a"')],
    ['@RequireAcr without anything', () => RequireAcr([])],
    ['@RequireAcr with an unset variable', () => RequireAcr(unset)],
    ['@RequireAcr with an unset variable in its list', () => RequireAcr([unset])],
    ['@RequireAcr with a negative age', () => RequireAcr('a', { maxAge: -1 })],
    ['@RequireAcr with half a second', () => RequireAcr('a', { maxAge: 0.5 })],
    ['@RequireAcr with an age from an unset variable', () => RequireAcr('a', { maxAge: Number(unset) })],
    ['@RequireAcr with an age without a value', () => RequireAcr('a', { maxAge: undefined })],
    ['@RequireAcr with a misspelt option', () => RequireAcr('a', { maxage: 5 } as never)],
    ['@RequireClaims with an unset variable', () => RequireClaims({ tenant: unset })],
    ['@RequireClaims with an unset variable in a list', () => RequireClaims({ tenant: ['acme', unset] })],
    ['@RequireClaims with an empty list', () => RequireClaims({ tenant: [] })],
    ['@RequireClaims with NaN', () => RequireClaims({ level: Number(unset) })],
    ['@RequireClaims with null', () => RequireClaims({ tenant: null } as never)],
    ['@RequireClaims with an object in place of a value', () => RequireClaims({ tenant: {} } as never)],
    [
      '@RequireClaims with a promise of a value',
      () => RequireClaims({ tenant: Promise.resolve('a') } as never),
    ],
    ['@RequireClaims without claims', () => RequireClaims({})],
    ['@RequireClaims without anything', () => RequireClaims(unset as never)],
    ['@RequireClaims with a promise', () => RequireClaims(Promise.resolve({ tenant: 'acme' }) as never)],
    ['@RequireClaims with a list', () => RequireClaims(['tenant'] as never)],
    ['@RequireClaims with an asynchronous function', () => RequireClaims((async () => true) as never)],
    ['@Claim without a name', () => Claim(unset)],
    ['@Claim with an empty name', () => Claim('')],
  ])('%s is refused when it is made', (_title, decorate) => {
    expect(decorate).toThrow(TypeError);
  });
});
