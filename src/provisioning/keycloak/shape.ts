/** What a part of an export looks like. A scalar may be spelled as a text, as in Keycloak: `"enabled": "false"`. */
export type Shape =
  | 'text'
  | 'flag'
  | 'number'
  /** Not read, or checked elsewhere. */
  | 'any'
  | { readonly list: Shape | (() => Shape) }
  /** Values by names that the realm chooses. */
  | { readonly map: Shape }
  | { readonly members: Readonly<Record<string, Shape>> };

/** A part of an export has another shape than Keycloak writes. */
export class ShapeError extends Error {}

/** Groups may be nested; no export has lists and members within one another as often. */
const maxSteps = 60;

/**
 * The value with the members that the shape declares, and no others. A member that is null is left out, as Keycloak reads it.
 * @param path the place of the value: `users[0].credentials`
 * @throws ShapeError which says what is where: "users[0].credentials that is no list"
 */
export function shaped(value: unknown, shape: Shape, path = '', steps = 0): unknown {
  if (steps > maxSteps) throw new ShapeError('parts that are nested too deeply');
  const within = (part: unknown, partShape: Shape, place: string): unknown =>
    shaped(part, partShape, place, steps + 1);
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (shape === 'any') return value;
  if (typeof shape === 'string') return scalar(value, shape, path);
  if ('list' in shape) {
    if (!Array.isArray(value)) throw new ShapeError(`${path} that is no list`);
    const ofEntries = typeof shape.list === 'function' ? shape.list() : shape.list;
    return value.map((entry, index) => within(entry, ofEntries, `${path}[${index}]`));
  }
  if (!isObject(value)) throw new ShapeError(`${path} that is no object`);
  const declared: (readonly [string, Shape])[] =
    'map' in shape
      ? Object.keys(value).map((name) => [name, shape.map])
      : Object.entries(shape.members).filter(([name]) => Object.hasOwn(value, name));
  return Object.fromEntries(
    declared
      .filter(([name]) => value[name] !== null)
      .map(([name, partShape]) => [name, within(value[name], partShape, below(name))]),
  );
}

function scalar(value: unknown, shape: 'text' | 'flag' | 'number', path: string): string | boolean | number {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    const text = String(value);
    if (shape === 'text') return text;
    if (shape === 'flag' && ['true', 'false'].includes(text)) return text === 'true';
    if (shape === 'number' && text !== '' && Number.isFinite(Number(text))) return Number(text);
  }
  throw new ShapeError(`${path} that is no ${shape === 'flag' ? 'true or false' : shape}`);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
