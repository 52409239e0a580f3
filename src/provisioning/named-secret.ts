import { isAbsolute, join } from 'node:path';
import { validateSync } from 'class-validator';
import { secretOfFile } from '../config/secret-files.js';
import { SettingError } from '../config/setting-error.js';
import { environmentValue } from '../config/settings.js';
import { isRefused, type Path, type Problem, problemsOf } from './problems.js';

/** The fields that can give a secret: it stands in the first, the others name what holds it. */
export const secretForms = <Field extends string>(field: Field) =>
  [field, `${field}_env`, `${field}_file`] as const;

/** The form that an entry uses; the field itself if it has none. */
export const usedForm = <Field extends string>(entry: object, field: Field) =>
  secretForms(field).findLast((form) => (entry as Record<string, unknown>)[form] !== undefined) ?? field;

/** Whether an entry gives a secret in one of the forms. */
export const hasSecret = (entry: object, field: string): boolean =>
  secretForms(field).some((form) => (entry as Record<string, unknown>)[form] !== undefined);

/** Whether there is a problem with the secret of an entry already, in whatever form. */
export const isSecretRefused = (problems: readonly Problem[], entry: Path, field: string): boolean =>
  secretForms(field).some((form) => isRefused(problems, [...entry, form]));

/**
 * The secret of an entry: from the file itself, or from the environment variable or the file that it names. The same rules apply to all.
 * @param type the class whose field `field` has the rules
 * @param folder where relative names of files begin
 * @param refuse called with each problem and the form that it is about; a problem never contains the secret
 */
export function namedSecret<Entry extends object>(
  type: new () => Entry,
  field: keyof Entry & string,
  entry: object,
  folder: string,
  refuse: (form: string, reason: string) => void,
): string | undefined {
  const values = entry as Readonly<Record<string, string | undefined>>;
  const [form, other] = secretForms(field)
    .filter((candidate) => values[candidate] !== undefined)
    .toReversed();
  if (form === undefined || form === field) return values[field];
  if (other !== undefined) {
    refuse(form, `cannot stand beside ${other}: keep one of them`);
    return undefined;
  }
  const named = values[form] ?? '';
  const value = form === `${field}_env` ? environmentValue(named) : contentOf(named, folder, refuse, form);
  if (value === undefined) {
    if (form === `${field}_env`) refuse(form, `names ${named}, which is not set: set it in the environment`);
    return undefined;
  }
  const faults = validateSync(Object.assign(new type(), { [field]: value }), { skipMissingProperties: true });
  for (const { reason } of faults.flatMap((fault) => problemsOf(fault)))
    refuse(form, `names ${named}, whose value ${reason}`);
  return value;
}

function contentOf(
  name: string,
  folder: string,
  refuse: (form: string, reason: string) => void,
  form: string,
): string | undefined {
  try {
    return secretOfFile(isAbsolute(name) ? name : join(folder, name), form);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    refuse(form, error.message.slice(form.length + 1));
    return undefined;
  }
}
