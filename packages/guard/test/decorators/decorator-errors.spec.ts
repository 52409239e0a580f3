import { describe, expect, it } from '@jest/globals';
import { Public, RequireAcr, RequireAnyScope, RequireScopes } from '@eyrie/guard';

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
    ['@RequireAnyScope without a scope', () => RequireAnyScope()],
    ['@RequireAnyScope with two in one', () => RequireAnyScope('a b')],
    ['@RequireAcr with a blank', () => RequireAcr('a b')],
    ['@RequireAcr with a quote', () => RequireAcr('a"')],
    ['@RequireAcr without anything', () => RequireAcr([])],
    ['@RequireAcr with a negative age', () => RequireAcr('a', { maxAge: -1 })],
    ['@RequireAcr with half a second', () => RequireAcr('a', { maxAge: 0.5 })],
  ])('%s is refused', (_title, decorate) => {
    expect(decorate).toThrow(TypeError);
  });
});
