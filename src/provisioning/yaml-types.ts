import { isScalar, parse, type Scalar } from 'yaml';

/** What a reason says if a field holds text. */
const textTypes =
  /\b(string|characters|description|phone number|email|URL|URI|locale|time zone|scope values)\b/;
/** What a reason says if a field holds something else. */
const otherTypes = /\b(integer|boolean|array|map|object|true, false|known field)\b/;

/**
 * What is wrong with a value that YAML reads as something else than its field expects: a number without quotes where text belongs, or a
 * number in quotes where a number does.
 * @param reasons what the checks say of the value, as predicates
 * @param isSecret whether the value must not be repeated
 * @returns one reason in place of them; undefined if the type is not what is wrong
 */
export function typeReason(node: unknown, reasons: readonly string[], isSecret: boolean): string | undefined {
  if (!isScalar(node)) return undefined;
  const other = reasons.find((reason) => otherTypes.test(reason));
  if (typeof node.value !== 'string') {
    if (other !== undefined) return other;
    if (node.value === null || !reasons.some((reason) => textTypes.test(reason))) return undefined;
    return `is ${kindOf(node)}: write it in quotes${isSecret ? '' : `, "${node.source}"`}`;
  }
  if (other === undefined) return undefined;
  const unquoted: unknown = isPlain(node.value) ? parse(node.value) : undefined;
  return typeof unquoted === 'number' || typeof unquoted === 'boolean'
    ? `is text: write it without quotes, ${node.value}`
    : other;
}

const kindOf = ({ value }: Scalar): string => (typeof value === 'boolean' ? 'true or false' : 'a number');

const isPlain = (text: string): boolean => /^[\w.+-]+$/.test(text);
