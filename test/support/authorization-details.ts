import { DetailTypeRegistration } from '../../src/resource/authorization-details/detail-type-registration.js';
import type { DetailTypeDefinition } from '../../src/resource/authorization-details/definition.js';
import { contacts, type TestServer } from './server.js';

/** One payment, as in RFC 9396 §2. It belongs to no resource: its locations say who heeds it. */
export const payment = {
  type: 'payment_initiation',
  title: 'A payment',
  sentence: 'Transfer {instructedAmount.amount} {instructedAmount.currency} to {creditorName}',
  schema: {
    properties: {
      actions: { type: 'array', items: { enum: ['initiate', 'status', 'cancel'] }, minItems: 1 },
      locations: { type: 'array', items: { type: 'string', maxLength: 200 } },
      instructedAmount: {
        type: 'object',
        properties: {
          currency: { type: 'string', minLength: 3, maxLength: 3 },
          amount: { type: 'string', maxLength: 20 },
        },
        required: ['currency', 'amount'],
        additionalProperties: false,
      },
      creditorName: { type: 'string', maxLength: 70 },
      remittanceInformation: { type: 'string', maxLength: 140 },
    },
    required: ['instructedAmount', 'creditorName'],
  },
} satisfies DetailTypeDefinition;

/** Some of the contacts: it belongs to ContactSaver. Clients may have it for themselves. */
export const contactList = {
  type: 'contact_list',
  title: 'A list of contacts',
  schema: {
    properties: {
      actions: { type: 'array', items: { type: 'string', maxLength: 20 } },
      identifier: { type: 'string', maxLength: 50 },
    },
    required: ['identifier'],
  },
  resource: contacts.identifier,
  client_credentials: true,
} satisfies DetailTypeDefinition;

export async function registerTypes(
  { app }: TestServer,
  types: readonly DetailTypeDefinition[] = [payment, contactList],
): Promise<void> {
  for (const type of types) await app.get(DetailTypeRegistration).put(type, 'test');
}

export const pays = (changes: object = {}): Record<string, unknown> => ({
  type: payment.type,
  actions: ['initiate', 'status'],
  instructedAmount: { currency: 'EUR', amount: '123.50' },
  creditorName: 'Merchant A',
  ...changes,
});

export const lists = (changes: object = {}): Record<string, unknown> => ({
  type: contactList.type,
  identifier: 'friends',
  ...changes,
});

/** The value of the parameter. */
export const details = (...objects: unknown[]): string => JSON.stringify(objects);
