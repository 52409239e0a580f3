import { applyOperation, readOperations } from '../../../src/protocol/scim/patch.js';
import type { Resource } from '../../../src/protocol/scim/resource-values.js';
import { attributesSchema } from '../../../src/protocol/scim/attributes-extension.js';
import { enterpriseSchema, userTypeOf } from '../../../src/protocol/scim/user-type.js';

const words = { label: 'A label', description: null, allowedValues: null };
const userType = userTypeOf([
  { name: 'team', type: 'text', ...words },
  { name: 'floor', type: 'integer', ...words },
  { name: 'skills', type: 'texts', ...words },
]);

const alice = {
  userName: 'alice',
  active: true,
  name: { givenName: 'Alice' },
  emails: [
    { type: 'work', value: 'work@x', primary: true },
    { type: 'home', value: 'home@x' },
  ],
  [attributesSchema]: { skills: ['law', 'go'] },
};

function patched(...Operations: object[]): Resource {
  const resource: Resource = structuredClone(alice);
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
  for (const operation of readOperations(userType, { schemas, Operations }))
    applyOperation(userType, resource, operation);
  return resource;
}

describe('M1 A SCIM PATCH', () => {
  it.each<[string, object, object]>([
    ['replaces a value', { op: 'replace', path: 'userName', value: 'bob' }, { userName: 'bob' }],
    [
      'reads operators and paths in any case',
      { op: 'Replace', path: 'USERNAME', value: 'b' },
      { userName: 'b' },
    ],
    ['reads booleans that are text', { op: 'Replace', path: 'active', value: 'False' }, { active: false }],
    [
      'takes a path with a schema',
      { op: 'Add', path: 'urn:ietf:params:scim:schemas:core:2.0:User:title', value: 'T' },
      { title: 'T' },
    ],
    [
      'sets a part of a name and keeps the others',
      { op: 'add', path: 'name.familyName', value: 'A' },
      { name: { givenName: 'Alice', familyName: 'A' } },
    ],
    [
      'without a path takes paths as names',
      { op: 'Add', value: { 'name.familyName': 'A', [`${enterpriseSchema}:department`]: 'D' } },
      { name: { givenName: 'Alice', familyName: 'A' }, [enterpriseSchema]: { department: 'D' } },
    ],
    [
      'without a path takes an extension',
      { op: 'replace', value: { [enterpriseSchema]: { division: 'V' } } },
      { [enterpriseSchema]: { division: 'V' } },
    ],
    [
      'reads a manager that is text',
      { op: 'Add', path: `${enterpriseSchema}:manager`, value: '7' },
      { [enterpriseSchema]: { manager: { value: '7' } } },
    ],
    [
      'changes the value that a filter names',
      { op: 'Replace', path: 'emails[type eq "WORK"].value', value: 'new@x' },
      { emails: [{ type: 'work', value: 'new@x', primary: true }, alice.emails[1]] },
    ],
    [
      'makes the value that a filter describes',
      { op: 'Add', path: 'emails[type eq "other"].value', value: 'o@x' },
      { emails: [...alice.emails, { type: 'other', value: 'o@x' }] },
    ],
    [
      'removes the value that a filter names',
      { op: 'remove', path: 'emails[type eq "home"]' },
      { emails: [alice.emails[0]] },
    ],
    [
      'removes the values that it lists',
      { op: 'Remove', path: 'emails', value: [{ value: 'work@x' }] },
      { emails: [alice.emails[1]] },
    ],
    ['removes all values', { op: 'remove', path: 'emails' }, { emails: undefined }],
    [
      'adds no value twice',
      { op: 'add', path: 'emails', value: [{ type: 'home', value: 'home@x' }] },
      { emails: alice.emails },
    ],
    [
      'has one primary value, the last that became it',
      { op: 'add', path: 'emails', value: [{ type: 'other', value: 'o@x', primary: true }] },
      {
        emails: [
          { type: 'work', value: 'work@x' },
          alice.emails[1],
          { type: 'other', value: 'o@x', primary: true },
        ],
      },
    ],
    [
      'removes a value by replacing it with nothing',
      { op: 'replace', path: 'name.givenName', value: '' },
      { name: undefined },
    ],
    [
      'removes what is null in an extension',
      { op: 'replace', value: { [attributesSchema]: { team: 'Red', skills: null } } },
      { [attributesSchema]: { team: 'Red' } },
    ],
    [
      'adds what an extension has to its lists',
      { op: 'add', path: attributesSchema, value: { SKILLS: ['rust', 'law'], unknown: 1 } },
      { [attributesSchema]: { skills: ['law', 'go', 'rust'] } },
    ],
    [
      'reads digits that are text',
      { op: 'Add', path: `${attributesSchema}:floor`, value: '-07' },
      { [attributesSchema]: { skills: ['law', 'go'], floor: -7 } },
    ],
    ...(
      [
        ['adds a text to a list', { op: 'Add', value: 'rust' }, ['law', 'go', 'rust']],
        ['adds no text twice', { op: 'add', value: ['go', 'rust', 'rust'] }, ['law', 'go', 'rust']],
        [
          'adds texts that are objects',
          { op: 'Add', value: [{ $ref: null, value: 'r' }] },
          ['law', 'go', 'r'],
        ],
        ['replaces a list of texts', { op: 'replace', value: ['rust'] }, ['rust']],
        ['removes a text that it lists', { op: 'Remove', value: [{ value: 'go' }] }, ['law']],
        ['removes a text that is its value', { op: 'remove', value: 'law' }, ['go']],
        ['removes the text that a filter names', { op: 'remove', filter: 'value eq "go"' }, ['law']],
        ['removes no text in another case', { op: 'remove', filter: 'value eq "GO"' }, ['law', 'go']],
        [
          'replaces the text that a filter names',
          { op: 'replace', filter: 'value eq "go"', value: 'c' },
          ['law', 'c'],
        ],
        [
          'replaces the value of the text that a filter names',
          { op: 'replace', filter: 'value eq "go"', sub: '.value', value: 'law' },
          ['law'],
        ],
        ['makes the text that a filter describes', { op: 'add', filter: 'value eq "c"' }, ['law', 'go', 'c']],
        ['removes a list of texts', { op: 'remove' }, undefined],
      ] as const
    ).map(([title, operation, skills]): [string, object, object] => {
      const { filter, sub = '', ...rest }: { op: string; filter?: string; sub?: string } = operation;
      const path = `${attributesSchema}:skills${filter === undefined ? '' : `[${filter}]`}${sub}`;
      return [title, { ...rest, path }, { [attributesSchema]: skills && { skills } }];
    }),
  ])('%s', (_, operation, expected) => {
    const after = patched(operation);
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, after[name]]))).toEqual(expected);
  });

  it('does its operations in their order', () => {
    expect(
      patched({ op: 'remove', path: 'emails' }, { op: 'add', path: 'emails', value: [{ value: 'z@x' }] }),
    ).toMatchObject({ emails: [{ value: 'z@x' }] });
  });

  it.each([
    ['invalidSyntax', { op: 'copy', path: 'userName' }],
    ['noTarget', { op: 'remove' }],
    ['invalidPath', { op: 'replace', path: 'nothing', value: 1 }],
    ['invalidPath', { op: 'replace', path: 'userName[type eq "x"]', value: 'y' }],
    ['invalidPath', { op: 'replace', path: 7, value: 'y' }],
    ['mutability', { op: 'replace', path: 'id', value: 'x' }],
    ['mutability', { op: 'add', path: 'groups', value: [{ value: 'x' }] }],
    ['invalidValue', { op: 'replace', path: 'active', value: 'perhaps' }],
    ['invalidValue', { op: 'replace', path: 'userName', value: { a: 1 } }],
    ['invalidValue', { op: 'replace', path: 'title', value: 'x'.repeat(300) }],
    ['invalidValue', { op: 'replace', path: 'title', value: 'a\u0000b' }],
    ['invalidValue', { op: 'replace', value: 'x' }],
    ['invalidPath', { op: 'add', path: `${attributesSchema}:nothing`, value: 'x' }],
    ['invalidPath', { op: 'add', path: `${attributesSchema}:team.value`, value: 'x' }],
    ['invalidPath', { op: 'remove', path: `${attributesSchema}:team[value eq "x"]` }],
    ['invalidFilter', { op: 'remove', path: `${attributesSchema}:skills[type eq "x"]` }],
    ['invalidValue', { op: 'add', path: `${attributesSchema}:skills`, value: [{ text: 'x' }] }],
    ['invalidValue', { op: 'add', path: `${attributesSchema}:skills`, value: Array.from(Array(51).keys()) }],
    ['invalidValue', { op: 'replace', path: `${attributesSchema}:skills[value eq "go"]`, value: ['a', 'b'] }],
    ['invalidValue', { op: 'add', path: `${attributesSchema}:floor`, value: '7.5' }],
    ['invalidValue', { op: 'add', path: `${attributesSchema}:floor`, value: true }],
    ['invalidValue', { op: 'add', path: attributesSchema, value: 'x' }],
    ['invalidFilter', { op: 'remove', path: 'emails[type eq' }],
    ['invalidFilter', { op: 'remove', path: 'emails[color eq "red"]' }],
    ['noTarget', { op: 'replace', path: 'emails[type ne "work" and type ne "home"].value', value: 'a' }],
  ])('refuses with %s: %j', (scimType, operation) => {
    expect(() => patched(operation)).toThrow(expect.objectContaining({ status: 400, scimType }));
  });
});
