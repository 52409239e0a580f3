/** One setting: an environment variable, declared once. */
export interface Setting<Value> {
  readonly name: string;
  /** What it is for, for the documentation. */
  readonly meaning: string;
  /** The value that counts if it is not set, as it would be written; absent if there is none. */
  readonly default?: string;
  /** The default in the documentation's words, if the value itself does not say it. */
  readonly defaultMeaning?: string;
  /** Whether its value is a secret. It may then also stand in a file, which the variable with `_FILE` names. */
  readonly isSecret?: true;
  /** @throws SettingError that names the setting and the remedy */
  readonly parse: (value: string, name: string) => Value;
}

/** Settings, grouped as the code reads them. */
export interface SettingGroup {
  readonly [property: string]: Setting<unknown> | SettingGroup;
}

/** The values of a group. A setting without a default may be undefined. */
export type ValuesOf<Group> = {
  readonly [Property in keyof Group]: Group[Property] extends {
    readonly parse: (value: string, name: string) => infer Value;
  }
    ? Group[Property] extends { readonly default: string }
      ? Value
      : Value | undefined
    : ValuesOf<Group[Property]>;
};

/** The default of a setting in seconds, given in days and documented as both. */
export function days(count: number): { readonly default: string; readonly defaultMeaning: string } {
  const seconds = String(count * 86_400);
  return { default: seconds, defaultMeaning: `${seconds} (${count === 1 ? '1 day' : `${count} days`})` };
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks a group. An empty or blank variable counts as absent: that is how compose files and shells pass "not set".
 * @throws SettingError of the first setting that is wrong
 */
export function readGroup<Group extends SettingGroup>(
  group: Group,
  environment: Environment,
): ValuesOf<Group> {
  const values = Object.entries(group).map(([property, entry]) => [
    property,
    isSetting(entry) ? readSetting(entry, environment) : readGroup(entry, environment),
  ]);
  return Object.fromEntries(values) as ValuesOf<Group>;
}

/** All settings of a group and of the groups in it, in their order. */
export function settingsIn(group: SettingGroup): Setting<unknown>[] {
  return Object.values(group).flatMap((entry) => (isSetting(entry) ? [entry] : settingsIn(entry)));
}

function readSetting({ name, parse, default: value }: Setting<unknown>, environment: Environment): unknown {
  const given = environment[name]?.trim() || value;
  return given === undefined ? undefined : parse(given, name);
}

const isSetting = (entry: Setting<unknown> | SettingGroup): entry is Setting<unknown> =>
  typeof entry.parse === 'function';
