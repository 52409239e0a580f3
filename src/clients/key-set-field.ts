import { ValidateBy } from 'class-validator';
import { maxKeys } from '../protocol/public-jwks.js';

/** The form of a JWK Set (RFC 7517 §5) in the OpenAPI document. */
export const keySetSchema = {
  type: 'object',
  properties: { keys: { type: 'array', minItems: 1, maxItems: maxKeys, items: { type: 'object' } } },
  required: ['keys'],
  additionalProperties: true,
};

/** The same form. Whether the keys are good is checked later. */
export const HasKeys = (): PropertyDecorator =>
  ValidateBy(
    {
      name: 'hasKeys',
      validator: {
        validate: (value: unknown) => {
          const { keys } = (value ?? {}) as { keys?: unknown };
          return (
            Array.isArray(keys) &&
            keys.length > 0 &&
            keys.length <= maxKeys &&
            keys.every((key) => typeof key === 'object' && key !== null && !Array.isArray(key))
          );
        },
      },
    },
    { message: `$property must be a JWK Set with 1 to ${maxKeys} keys` },
  );
