import type { AttributeType } from '../../../src/protocol/attributes.js';
import { resolvePath } from '../../../src/protocol/scim/attribute.js';
import {
  attributesExtension,
  attributesSchema,
  type DefinedAttribute,
  distinctNames,
} from '../../../src/protocol/scim/attributes-extension.js';
import { readOne, readValue } from '../../../src/protocol/scim/resource-values.js';
import { userTypeOf } from '../../../src/protocol/scim/user-type.js';

const defined = (type: AttributeType, name = 'attribute'): DefinedAttribute => ({
  name,
  type,
  label: 'A label',
  description: null,
  allowedValues: null,
});

const attributeOf = (type: AttributeType) => {
  const [attribute] = attributesExtension([defined(type)]).attributes;
  if (!attribute) throw new Error('there is no attribute');
  return attribute;
};

describe('M1 The attributes that are defined, in SCIM', () => {
  it('are none of users where there are none', () => {
    const ids = (attributes: DefinedAttribute[]) => userTypeOf(attributes).extensions.map(({ id }) => id);
    expect(ids([])).not.toContain(attributesSchema);
    expect(ids([defined('text')])).toContain(attributesSchema);
    expect(resolvePath(userTypeOf([]), `${attributesSchema}:attribute`)).toBeUndefined();
  });

  it('are described by label, description and values', () => {
    const attribute = { ...defined('text'), description: 'What for', allowedValues: ['a', 'b'] };
    expect(attributesExtension([attribute]).attributes).toMatchObject([
      { name: 'attribute', description: 'A label: What for', canonicalValues: ['a', 'b'], caseExact: true },
    ]);
  });

  it('are the first of those that differ in case alone', () => {
    const names = ['Team', 'floor', 'team', 'TEAM', 'Floor'];
    expect(distinctNames(names.map((name) => ({ name }))).map(({ name }) => name)).toEqual(['Team', 'floor']);
  });

  it.each<[AttributeType, unknown, unknown]>([
    ['text', 'Sales', 'Sales'],
    ['text', 7, '7'],
    ['text', '', undefined],
    ['text', null, undefined],
    ['date', '2026-11-28', '2026-11-28'],
    ['date', '2026-11-28T23:30:00Z', '2026-11-28'],
    ['date', '2026-11-28T23:30:00.123+01:00', '2026-11-28'],
    ['date', 'soon', 'soon'],
    ['date', '2026-11-28 soon', '2026-11-28 soon'],
    ['integer', 42, 42],
    ['integer', '42', 42],
    ['integer', ' -7 ', -7],
    ['integer', '', undefined],
    ['integer', -0, 0],
    ['boolean', false, false],
    ['boolean', 'True', true],
    ['texts', 'one', ['one']],
    ['texts', ['one', 'two', 'one', ''], ['one', 'two']],
    ['texts', [{ value: 'one' }, { Value: 'two', $ref: null }], ['one', 'two']],
    ['texts', [], undefined],
  ])('of type %s read %j as %j', (type, given, expected) => {
    expect(readValue(attributeOf(type), given)).toEqual(expected);
  });

  it.each<[AttributeType, unknown]>([
    ['text', true],
    ['text', {}],
    ['text', 'x'.repeat(1_025)],
    ['text', 'a\u0000b'],
    ['date', 20_261_128n],
    ['integer', 'many'],
    ['integer', '9'.repeat(16)],
    ['integer', 1.5],
    ['boolean', 1],
    ['texts', ['x'.repeat(256)]],
    ['texts', [['one']]],
    ['texts', Array.from({ length: 51 }, (_, index) => String(index))],
  ])('of type %s refuse %p by their path', (type, given) => {
    expect(() => readValue(attributeOf(type), given)).toThrow(
      expect.objectContaining({
        scimType: 'invalidValue',
        message: expect.stringMatching(`^${attributesSchema}:attribute (?:must|can) `),
      }),
    );
  });

  it('keep a text as it is', () => {
    expect(readOne(attributeOf('text'), ' Sales & Söhne ')).toBe(' Sales & Söhne ');
  });
});
