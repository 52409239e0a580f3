import { authenticationBy, passwordAcr, supportedAcrs } from '../../src/protocol/acr.js';

describe('acr and amr', () => {
  it.each([
    ['a password', ['pwd'], { acr: passwordAcr, amr: ['pwd'] }],
    ['a password proven twice', ['pwd', 'pwd'], { acr: passwordAcr, amr: ['pwd'] }],
    ['a password and another method', ['pwd', 'otp'], { acr: passwordAcr, amr: ['pwd', 'otp'] }],
    ['nothing', [], undefined],
    ['another method alone', ['otp'], undefined],
  ])('of %s', (_what, methods, expected) => {
    expect(authenticationBy(methods)).toEqual(expected);
  });

  it('name the context class in the words that clients rely on', () => {
    expect(supportedAcrs).toEqual(['urn:eyrie:acr:password']);
  });
});
