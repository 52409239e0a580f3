import { describe, expect, it } from '@jest/globals';
import { detailsIn } from '../../src/token/authorization-details.js';

const payment = { type: 'payment', actions: ['initiate'], amount: { currency: 'EUR' } };

describe('the authorization details of a token', () => {
  it('are the objects of the claim', () => {
    expect(detailsIn([payment])).toEqual([payment]);
    expect(detailsIn([])).toEqual([]);
  });

  it.each([undefined, null, 'payment', 7, payment, true])('are absent if the claim is %j', (claim) => {
    expect(detailsIn(claim)).toBeUndefined();
  });

  it.each([
    null,
    'payment',
    [payment],
    {},
    { type: '' },
    { type: 7 },
    { type: 'payment', actions: 'initiate' },
    { type: 'payment', actions: [7] },
    { type: 'payment', locations: {} },
    { type: 'payment', identifier: 7 },
  ])('leave out %j, which is malformed', (detail) => {
    expect(detailsIn([detail, payment])).toEqual([payment]);
  });
});
