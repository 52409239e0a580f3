import { ErrorBudget } from '../../src/audit/error-budget.js';

const network = (name: string, share = 1) => ({ name, share });

describe('the budget of explained errors', () => {
  const taken = (budget: ErrorBudget, count: number, networks: { name: string; share: number }[], now = 0) =>
    Array.from({ length: count }, () => budget.take(networks, now)).filter(Boolean).length;

  it('gives each network 60 a minute, and the others their own', () => {
    const budget = new ErrorBudget();
    expect(taken(budget, 100, [network('a')])).toBe(60);
    expect(taken(budget, 100, [network('b')])).toBe(60);
  });

  it('gives wider networks their share', () => {
    const budget = new ErrorBudget();
    const within = (subscriber: number) => [network(`s${subscriber}/64`), network('p/56', 4)];
    const counts = Array.from({ length: 6 }, (_, subscriber) => taken(budget, 100, within(subscriber)));
    expect(counts).toEqual([60, 60, 60, 60, 0, 0]);
  });

  it('is bounded over all networks', () => {
    const budget = new ErrorBudget();
    const counts = Array.from({ length: 20 }, (_, index) => taken(budget, 60, [network(`n${index}`)]));
    expect(counts.reduce((sum, count) => sum + count)).toBe(480);
  });

  it('begins anew with each minute', () => {
    const budget = new ErrorBudget();
    taken(budget, 100, [network('a')], 59);
    expect(taken(budget, 100, [network('a')], 59)).toBe(0);
    expect(taken(budget, 100, [network('a')], 60)).toBe(60);
  });
});
