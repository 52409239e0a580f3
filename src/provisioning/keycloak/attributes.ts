import {
  attributeBounds,
  attributeName,
  attributeProblem,
  type AttributeType,
  type AttributeValue,
} from '../../protocol/attributes.js';
import { ruleMembers } from '../../protocol/claim-rules.js';
import { maxAttributes } from '../../directory/attributes/attribute-definitions.js';
import type { Realm, RealmUser } from './realm.js';

/** What Keycloak keeps among them, and the profile has here. */
const ofProfile: readonly string[] = ['locale'];

/** The attributes of the users of a realm: texts, and lists of texts where somebody has several values. */
export class RealmAttributes {
  private readonly types: ReadonlyMap<string, AttributeType>;

  constructor({ users = [] }: Realm) {
    const types = new Map<string, AttributeType>();
    const spellings = new Map<string, string>();
    for (const { attributes = {} } of users)
      for (const [name, value] of Object.entries(attributes)) {
        if (!isPossible(name) || (!types.has(name) && types.size === maxAttributes)) continue;
        // No two differ in case alone.
        const spelling = spellings.get(name.toLowerCase()) ?? name;
        if (spelling !== name) continue;
        spellings.set(name.toLowerCase(), name);
        const hasSeveral = textsOf(value).length > 1 || types.get(name) === 'texts';
        types.set(name, hasSeveral ? 'texts' : 'text');
      }
    this.types = types;
  }

  /** Their definitions. Only administrators see and change the values. */
  get entries(): object[] {
    return [...this.types].map(([name, type]) => ({ name, type, label: name }));
  }

  /** The values of a user. */
  valuesOf({ attributes = {} }: RealmUser, leaveOut: (reason: string) => void): object {
    const values: Record<string, AttributeValue> = {};
    const others: string[] = [];
    for (const [name, given] of Object.entries(attributes)) {
      if (ofProfile.includes(name)) continue;
      const type = this.types.get(name);
      const texts = textsOf(given);
      const value = type === 'texts' ? texts : texts[0];
      if (type === undefined) others.push(name);
      else if (value === undefined || texts.length === 0) continue;
      else if (attributeProblem({ type, values: null }, value) !== undefined) others.push(name);
      else values[name] = value;
    }
    if (others.length > 0) leaveOut(`its attributes: ${others.join(', ')}`);
    return Object.keys(values).length > 0 ? { attributes: values } : {};
  }
}

const isPossible = (name: string): boolean =>
  !ofProfile.includes(name) &&
  attributeName.test(name) &&
  !(name in Object.prototype) &&
  name.length <= attributeBounds.maxName &&
  !(ruleMembers as readonly string[]).includes(name);

const textsOf = (value: unknown): string[] => [
  ...new Set([value].flat().filter((text): text is string => typeof text === 'string' && text.trim() !== '')),
];
