/** What the values of an attribute are. */
export const attributeTypes = ['text', 'integer', 'boolean', 'date', 'texts'] as const;
export type AttributeType = (typeof attributeTypes)[number];

/** What people may do with their own value. */
export const ownerAccesses = ['none', 'view', 'edit'] as const;
export type OwnerAccess = (typeof ownerAccesses)[number];

export type AttributeValue = string | number | boolean | readonly string[];

/** Values by the names of their attributes. */
export type AttributeValues = Readonly<Record<string, AttributeValue>>;

/** What values of an attribute must be like. */
export interface AttributeRules {
  readonly type: AttributeType;
  /** The only values that there are; null if any will do. */
  readonly values: readonly string[] | null;
}

/** Names of attributes. */
export const attributeName = /^[A-Za-z][\w-]*$/;
export const attributeBounds = { maxName: 64, maxText: 1_024, maxItem: 255, maxItems: 50, maxChoices: 100 };

const lengthOf = (text: string): number => Array.from(text).length;
const controlCharacter = /\p{Cc}/u;
const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' &&
  value.length <= 2 * max &&
  value.trim() !== '' &&
  lengthOf(value) <= max &&
  !controlCharacter.test(value);

/**
 * What is wrong with a value, as a predicate; undefined if nothing is.
 * @param value anything
 */
export function attributeProblem({ type, values }: AttributeRules, value: unknown): string | undefined {
  const { maxText, maxItem, maxItems } = attributeBounds;
  const isChoice = (text: string): boolean => values === null || values.includes(text);
  const oneOf = values === null ? '' : `: one of ${values.join(', ')}`;
  switch (type) {
    case 'text':
      return isText(value, maxText) && isChoice(value)
        ? undefined
        : `must be a text of 1 to ${maxText} characters, without control characters${oneOf}`;
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : 'must be an integer';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'date':
      return isDate(value) ? undefined : 'must be a date, as in 2026-11-28';
    default:
      return Array.isArray(value) &&
        value.length > 0 &&
        value.length <= maxItems &&
        new Set(value).size === value.length &&
        value.every((item) => isText(item, maxItem) && isChoice(item))
        ? undefined
        : `must be a list of 1 to ${maxItems} different texts of 1 to ${maxItem} characters, without control characters${oneOf}`;
  }
}

/** A day of the calendar (RFC 3339 §5.6, full-date). */
function isDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

/**
 * The value that a text stands for: what somebody typed, or another system sent.
 * @returns undefined for an empty text; the text itself where it stands for no value, for {@link attributeProblem} to refuse
 */
export function attributeValueOf(type: AttributeType, text: string): AttributeValue | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  switch (type) {
    case 'integer':
      return /^-?\d{1,16}$/.test(trimmed) ? Number(trimmed) : trimmed;
    case 'boolean':
      return trimmed === 'true' ? true : trimmed === 'false' ? false : trimmed;
    case 'texts':
      return [
        ...new Set(
          trimmed
            .split(/\r?\n/)
            .map((line) => line.trim())
            .filter(Boolean),
        ),
      ];
    default:
      return trimmed;
  }
}

/**
 * The texts in a statement of another system: a claim, or the values of an attribute of a directory. There are none for what no value can
 * be made of.
 * @param stated anything
 */
export function statedTexts(stated: unknown): readonly string[] {
  const { maxText, maxItems } = attributeBounds;
  const texts = [stated ?? []].flat().flatMap((one: unknown) => {
    if (typeof one === 'number' || typeof one === 'boolean') return [String(one)];
    return typeof one === 'string' && one.length <= 2 * maxText && one.trim() !== '' ? [one.trim()] : [];
  });
  return [...new Set(texts)].slice(0, maxItems + 1);
}

/**
 * The value that a statement of another system stands for. Of several texts where one is had, the first counts.
 * @param texts as {@link statedTexts} has them
 * @returns undefined if it stands for no value, or for one that the attribute cannot have
 */
export function attributeValueIn(
  rules: AttributeRules,
  texts: readonly string[],
): AttributeValue | undefined {
  const { type } = rules;
  const value = type === 'texts' ? texts : attributeValueOf(type, spelt(type, texts[0] ?? ''));
  return value === undefined || attributeProblem(rules, value) !== undefined ? undefined : value;
}

/** A time in the form of RFC 3339 or as GeneralizedTime (RFC 4517 §3.3.13), or its day alone. */
const dayOfTime = /^(\d{4})-?(\d\d)-?(\d\d)(?:T[\d:.+-]{4,40}Z?|\d{2,6}(?:[.,]\d{1,9})?Z)?$/i;

/** The day in a text that is one of these; any other text as it is. */
export const dayIn = (text: string): string => text.replace(dayOfTime, '$1-$2-$3');

/** A text as values of this type are written here. Directories write TRUE, and times for days. */
function spelt(type: AttributeType, text: string): string {
  if (type === 'boolean') return text.toLowerCase();
  return type === 'date' ? dayIn(text) : text;
}

/** A value as text, so that {@link attributeValueOf} reads it back. */
export const attributeText = (value: AttributeValue): string =>
  Array.isArray(value) ? value.join('\n') : String(value);
