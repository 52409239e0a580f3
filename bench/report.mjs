const NOTHING = '–';

const fixed = (value, digits) => value?.toFixed(digits) ?? NOTHING;
const verdict = (met) => (met === undefined ? NOTHING : met ? 'yes' : 'NO');

/** The operations of the two servers side by side. */
export function comparisonTable(rows) {
  const header = [
    'operation',
    'Eyrie op/s',
    'ref. op/s',
    'Eyrie CPU ms',
    'ref. CPU ms',
    'ratio',
    'budget',
    'met',
  ];
  const lines = rows.map(({ title, eyrie, reference, ratio, budget, met }) => [
    title,
    fixed(eyrie?.throughput, 0),
    fixed(reference?.throughput, 0),
    fixed(eyrie?.cpu, 3),
    fixed(reference?.cpu, 3),
    ratio ? `${ratio.toFixed(2)}×` : NOTHING,
    budget ? `≥ ${budget}×` : NOTHING,
    verdict(met),
  ]);
  return formatTable([header, ...lines]);
}

/** The bare limits of the stack. */
export function limitsTable(rows) {
  const lines = rows.map(({ title, bare }) => [title, fixed(bare.throughput, 0), fixed(bare.cpu, 3)]);
  return formatTable([['bare limit', 'op/s', 'CPU ms'], ...lines]);
}

/** Budgets that are not ratios between the two servers. */
export function budgetsTable(rows) {
  const lines = rows.map(({ title, eyrie, reference, bare, budget, met }) => [
    title,
    eyrie ?? NOTHING,
    reference ?? NOTHING,
    bare ?? NOTHING,
    budget,
    verdict(met),
  ]);
  return formatTable([['other budgets', 'Eyrie', 'reference', 'bare', 'budget', 'met'], ...lines]);
}

/** Pads the columns: the first to the left, the others to the right. */
export function formatTable(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
  return lines.map((line) => line.map(pad).join('  ')).join('\n');
}
