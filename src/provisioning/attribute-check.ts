import { Injectable } from '@nestjs/common';
import { definitionProblems, namesakeProblem } from '../directory/attributes/definition-rules.js';
import { AttributesStore } from '../persistence/stores/attributes.store.js';
import { attributeProblem, type AttributeRules, type AttributeType } from '../protocol/attributes.js';
import { unknownAttributeProblems } from '../sign-in/upstream/upstream-rules.js';
import type { Configuration } from './configuration-file.js';
import type { Intention, PartCheck } from './part-check.js';
import type { Problem } from './problems.js';

/** Checks the attributes of a configuration, and what its users, claims and upstreams name of them, against the database. */
@Injectable()
export class AttributeCheck implements PartCheck {
  constructor(private readonly store: AttributesStore) {}

  async problems(
    { attributes, users, claims, upstreams }: Configuration,
    { prune }: Pick<Intention, 'prune'>,
  ): Promise<Problem[]> {
    const present = await this.store.all();
    const types = new Map<string, AttributeType>(present.map(({ name, type }) => [name, type]));
    const problems: Problem[] = attributes.flatMap((attribute, index) => {
      const { name } = attribute;
      const type = types.get(name) ?? attribute.type;
      const others = [...present, ...attributes.slice(0, index)];
      const namesake = types.has(name) ? undefined : namesakeProblem(name, others);
      return [
        ...[...definitionProblems(attribute), ...(namesake ? [namesake] : [])].map(({ path, message }) => ({
          path: ['attributes', index, ...path],
          reason: message.slice(path.join('.').length + 1),
        })),
        ...(type === attribute.type
          ? []
          : [{ path: ['attributes', index, 'type'], reason: `is ${type}, and cannot change` }]),
      ];
    });
    const kept = prune.includes('attributes') ? [] : present;
    const known = new Map<string, AttributeRules>([
      ...kept.map(({ name, type, allowedValues: values }) => [name, { type, values }] as const),
      ...attributes.map(({ name, type, values = null }) => [name, { type, values }] as const),
    ]);
    for (const [index, { attributes: given = {} }] of users.entries())
      for (const [name, value] of Object.entries(given)) {
        const rules = known.get(name);
        const reason = rules
          ? value === null
            ? undefined
            : attributeProblem(rules, value)
          : 'is no attribute of users';
        if (reason !== undefined) problems.push({ path: ['users', index, 'attributes', name], reason });
      }
    for (const [index, entry] of claims.entries())
      if ('source' in entry && entry.source === 'attribute' && !known.has(entry.member ?? ''))
        problems.push({ path: ['claims', index, 'member'], reason: 'is not the name of an attribute' });
    for (const [index, { attributes: given = {} }] of upstreams.entries())
      for (const { reason } of unknownAttributeProblems(Object.keys(given), [...known.keys()]))
        problems.push({ path: ['upstreams', index, 'attributes'], reason });
    return problems;
  }
}
