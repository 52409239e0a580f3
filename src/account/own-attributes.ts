import { Injectable } from '@nestjs/common';
import { attributeViolations, UserAttributes } from '../directory/attributes/user-attributes.js';
import { message, type Text, verbatim } from '../locales/message.js';
import type { AttributeDefinition } from '../persistence/entities/attribute-definition.entity.js';
import { AttributesStore } from '../persistence/stores/attributes.store.js';
import { attributeText, type AttributeValue, attributeValueOf } from '../protocol/attributes.js';
import type { ProfileField, ProfileOption, ProfilePage } from '../views/account-page-models.js';

/** What somebody typed, by the names of attributes. */
export type TypedAttributes = Readonly<Record<string, string>>;

/** Values by the names of attributes, with the definitions of these. */
export interface OwnChanges {
  readonly definitions: readonly AttributeDefinition[];
  readonly given: Readonly<Record<string, unknown>>;
}

/** The attributes of the person who is signed in, as far as they may see and change them. */
@Injectable()
export class OwnAttributes {
  constructor(
    private readonly store: AttributesStore,
    private readonly attributes: UserAttributes,
  ) {}

  /** What the page shows. @param typed what is shown in place of the stored values, and which of it was refused */
  async contentFor(
    userId: string,
    typed: TypedAttributes,
    wrong: readonly string[],
  ): Promise<Pick<ProfilePage, 'members' | 'fixed'>> {
    const { all, editable } = await this.definitionsFor(userId);
    const values = await this.attributes.of(userId);
    const typedOr = (name: string): string => typed[name] ?? textOf(values[name]);
    return {
      members: editable.map((one) => fieldOf(one, typedOr(one.name), wrong.includes(fieldName(one)))),
      fixed: all.flatMap((one) => {
        const value = values[one.name];
        return one.ownerAccess !== 'none' && !editable.includes(one) && value !== undefined
          ? [{ label: labelOf(one), value: shown(value) }]
          : [];
      }),
    };
  }

  /** What of a form may be changed. */
  async read(userId: string, form: ReadonlyMap<string, string>): Promise<TypedAttributes> {
    const { editable } = await this.definitionsFor(userId);
    return Object.fromEntries(
      editable.flatMap((one) => {
        const text = form.get(fieldName(one));
        return text === undefined ? [] : [[one.name, text]];
      }),
    );
  }

  /** The names of the fields with values that an attribute cannot have. */
  wrongFields({ definitions, given }: OwnChanges): string[] {
    return attributeViolations(definitions, given).map(({ path }) => `${prefix}${String(path[1])}`);
  }

  /** What was typed, as far as it may be changed. An empty text removes a value. */
  async changesOf(userId: string, typed: TypedAttributes): Promise<OwnChanges> {
    const { editable } = await this.definitionsFor(userId);
    const definitions = editable.filter(({ name }) => typed[name] !== undefined);
    const given = definitions.map(({ name, type }) => [
      name,
      attributeValueOf(type, typed[name] ?? '') ?? null,
    ]);
    return { definitions, given: Object.fromEntries(given) as Record<string, unknown> };
  }

  /** `editable`: those that the person may change. What an upstream states is changed there. */
  private async definitionsFor(userId: string): Promise<{
    readonly all: readonly AttributeDefinition[];
    readonly editable: readonly AttributeDefinition[];
  }> {
    const all = await this.store.all();
    const stated = (await this.store.ownersOf(userId)).map(({ name }) => name);
    const editable = all.filter(({ name, ownerAccess }) => ownerAccess === 'edit' && !stated.includes(name));
    return { all, editable };
  }
}

/** No member of the profile begins like this. */
const prefix = 'attribute-';
const fieldName = ({ name }: AttributeDefinition): string => `${prefix}${name}`;

const textOf = (value: AttributeValue | undefined): string =>
  value === undefined ? '' : attributeText(value);

const shown = (value: AttributeValue): Text =>
  typeof value === 'boolean'
    ? message(value ? 'profile.yes' : 'profile.no')
    : verbatim(Array.isArray(value) ? value.join(', ') : String(value));

/** A text of the definition, in the language of the page if it has one there. */
const inLanguages = (text: string, words: Readonly<Record<string, string>> | null): Text => ({
  verbatim: text,
  ...(words && { inLanguages: words }),
});

const labelOf = ({ label, labels }: AttributeDefinition): Text => inLanguages(label, labels);

function fieldOf(definition: AttributeDefinition, value: string, isWrong: boolean): ProfileField {
  const { type, description, descriptions } = definition;
  const options = optionsOf(definition, value);
  const hints = { date: message('profile.dateHint'), texts: message('profile.linesHint') };
  const hint =
    description === null ? hints[type as keyof typeof hints] : inLanguages(description, descriptions);
  return {
    name: fieldName(definition),
    label: labelOf(definition),
    ...(hint && { hint }),
    value,
    autocomplete: 'off',
    ...(options ? { options } : type === 'texts' && { hasLines: true }),
    isWrong,
  };
}

/** The values to choose from; one that is stored stays, even if it could not be chosen. */
function optionsOf(
  { type, allowedValues }: AttributeDefinition,
  value: string,
): readonly ProfileOption[] | undefined {
  const none = { value: '', label: message('profile.notSet') };
  if (type === 'boolean')
    return [
      none,
      { value: 'true', label: message('profile.yes') },
      { value: 'false', label: message('profile.no') },
    ];
  if (type !== 'text' || allowedValues === null) return undefined;
  const values = [...new Set([...allowedValues, ...(value === '' ? [] : [value])])];
  return [none, ...values.map((one) => ({ value: one, label: verbatim(one) }))];
}
