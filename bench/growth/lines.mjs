const LIST_BUDGET = 3;
const LIST_SLACK_MS = 5;

export const ratioLine = (title, ratio, budget, measured) => ({
  title,
  eyrie: `${ratio.toFixed(2)}×`,
  budget: `≤ ${budget}×`,
  met: ratio <= budget,
  ...measured,
});

/** One line for each list that grows too much, one that sums up all of them, and one for the slowest. */
export function listLines(few, many, size) {
  const all = Object.entries(many).map(([target, ms]) => ({ target, ms, before: few[target] ?? ms }));
  const slow = all.filter(({ ms, before }) => ms > LIST_BUDGET * before + LIST_SLACK_MS);
  const worst = all.toSorted((a, b) => b.ms - a.ms)[0];
  return [
    ...slow.map(({ target, ms, before }) => ({
      title: `GET ${target}`,
      eyrie: `${told(before)} → ${told(ms)}`,
      budget: `≤ ${LIST_BUDGET}×`,
      met: false,
    })),
    {
      title: `lists and filters within ${LIST_BUDGET}×, ${size}`,
      eyrie: `${all.length - slow.length} of ${all.length}`,
      budget: 'all',
      met: slow.length === 0,
      lists: all,
    },
    {
      title: `slowest list: GET ${worst.target}`,
      eyrie: told(worst.ms),
      budget: '–',
      met: undefined,
    },
  ];
}

const told = (ms) => (Number.isFinite(ms) ? `${ms.toFixed(1)} ms` : '503');
