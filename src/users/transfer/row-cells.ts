import { profileColumns } from '../../directory/profile-claims.js';

/** How a cell of CSV holds a member. */
type CellKind = 'text' | 'flag' | 'list' | 'json';

const profileKinds: Readonly<Record<string, CellKind>> = {
  email_verified: 'flag',
  phone_number_verified: 'flag',
  address: 'json',
};

/** The columns of a file, in the order in which they are exported. */
const cellKinds: Readonly<Record<string, CellKind>> = {
  username: 'text',
  ...Object.fromEntries(Object.keys(profileColumns).map((name) => [name, profileKinds[name] ?? 'text'])),
  disabled: 'flag',
  administrator: 'flag',
  admin_roles: 'list',
  groups: 'list',
  roles: 'list',
  password_change_required: 'flag',
  password_hash: 'text',
};

export const columnNames = Object.keys(cellKinds);

const separator = ';';
/** What programs for spreadsheets would take for a formula. */
const formula = /^[=+\-@\t\r]/;
/** A text that was kept from being one, by an apostrophe before it. */
const guarded = /^'[=+\-@\t\r]/;

/** The members of a row of CSV. An empty cell is no member. What does not fit its column stays as it is, for validation to refuse. */
export function membersOfCells(header: readonly string[], cells: readonly string[]): object {
  const filled = header.flatMap((name, index) => {
    const cell = cells[index] ?? '';
    return cell === '' ? [] : [[name, valueOf(cellKinds[name] ?? 'text', cell)] as const];
  });
  return Object.fromEntries(filled);
}

/** The cells of a row of CSV. */
export const cellsOfMembers = (members: Readonly<Record<string, unknown>>): string[] =>
  columnNames.map((name) => cellOf(members[name]));

const flags: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

function valueOf(kind: CellKind, cell: string): unknown {
  if (kind === 'flag') return flags.get(cell.toLowerCase()) ?? cell;
  if (kind === 'json' || (kind === 'list' && cell.startsWith('['))) return parsed(cell);
  const text = guarded.test(cell) ? cell.slice(1) : cell;
  if (kind === 'text') return text;
  return text
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function parsed(cell: string): unknown {
  try {
    return JSON.parse(cell) as unknown;
  } catch {
    return cell;
  }
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : listText(value);
  return formula.test(text) ? `'${text}` : text;
}

/** A list of plain names by separators; everything else as JSON. */
function listText(value: unknown): string {
  const isPlain =
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === 'string' && item.trim() === item && !/[;[]/.test(item));
  return isPlain ? value.join(separator) : JSON.stringify(value);
}
