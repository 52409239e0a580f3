import { type MemberChanges, memberChanges } from '../../audit/member-changes.js';
import { type FieldViolation, namedField } from '../../http/invalid-fields.js';
import type { AttributeDefinition } from '../../persistence/entities/attribute-definition.entity.js';
import { ruleMembers } from '../../protocol/claim-rules.js';
import { sameName } from '../../protocol/scim/attribute.js';
import { type InLanguages, wordProblems } from './attribute-words.js';
import type { PutAttributeDto } from './attributes.dto.js';

/** What is wrong with a definition whose fields are well formed. */
export function definitionProblems({
  name,
  type,
  values,
  description,
  labels,
  descriptions,
}: PutAttributeDto): FieldViolation[] {
  const problems = [
    ...wordProblems('labels', labels ?? {}),
    ...wordProblems('descriptions', descriptions ?? {}),
  ];
  if ((ruleMembers as readonly string[]).includes(name))
    problems.push(namedField('name', 'is a standard member of users'));
  if (name in Object.prototype) problems.push(namedField('name', 'is a name that no member can have'));
  if (descriptions && (description ?? null) === null)
    problems.push(namedField('descriptions', 'goes with description only'));
  if (values && type !== 'text' && type !== 'texts')
    problems.push(namedField('values', 'goes with the types text and texts only'));
  return problems;
}

/** What is wrong with the name of a new attribute beside others: SCIM compares names in any case. */
export function namesakeProblem(
  name: string,
  others: readonly { readonly name: string }[],
): FieldViolation | undefined {
  const namesake = others.find((other) => other.name !== name && sameName(other.name, name));
  return namesake && namedField('name', `differs from the attribute ${namesake.name} in case alone`);
}

/** What is stored of a definition, beside its name and type. */
export const columnsOf = ({
  label,
  description,
  labels,
  descriptions,
  values,
  owner_access: ownerAccess,
}: PutAttributeDto) => ({
  label,
  description: description ?? null,
  labels: wordsIn(labels),
  descriptions: wordsIn(descriptions),
  allowedValues: values ? [...values] : null,
  ownerAccess: ownerAccess ?? 'none',
});

/** None are stored as such, however that was said. */
const wordsIn = (words: InLanguages | null | undefined): InLanguages | null =>
  words && Object.keys(words).length > 0 ? { ...words } : null;

/** What `put` would change of an attribute that exists; undefined if nothing. */
export const definitionChanges = (
  before: AttributeDefinition,
  given: PutAttributeDto,
): MemberChanges | undefined => {
  const named = ({
    label,
    description,
    labels,
    descriptions,
    allowedValues,
    ownerAccess,
  }: ReturnType<typeof columnsOf>) => ({
    label,
    description,
    labels,
    descriptions,
    values: allowedValues,
    owner_access: ownerAccess,
  });
  return memberChanges(named(before), named(columnsOf(given)));
};
