import { AdminCaller } from '../support/admin-caller.js';
import { type Operation, operationsOf, type Schema } from '../support/api-document.js';
import type { Answer } from '../support/relying-party.js';
import { atBounds, noise, outside } from '../support/schema-values.js';
import { useServer } from '../support/server.js';

/** What the validation of a body cannot say of a member, since it follows from others: a guessable password of emoji, say. */
const judgedElsewhere = new Set(['password']);
/** Members that name something, which must be there, or that go with some values of others only. */
const references = new Set([
  'createGroup.parent_id',
  'createRole.client_id',
  'createRole.resource',
  'createOrganization.upstream',
  'createOrganization.join_by_upstream',
  'createOrganization.require_upstream',
  'createClaimRule.source',
  'createClaimRule.member',
  'createClaimRule.constant',
  'createClaimRule.client_id',
  'createClaimRule.resource',
  'putAssertionPolicy.groups',
  'putAssertionPolicy.everyone',
  'putTrustedIssuer.preset',
  'putTrustedIssuer.issuer',
  'putTrustedIssuer.kind',
  'putTrustedIssuer.subject',
]);

describe('The bounds in the OpenAPI document', () => {
  const server = useServer();
  let admin: AdminCaller;
  let operations: Operation[];

  beforeAll(async () => {
    admin = await AdminCaller.register(server);
    operations = await operationsOf(server);
  });

  /** Nothing is there under these ids, so that only what is checked before is refused with 400. */
  const concrete = (path: string): string => path.replaceAll(/\{\w+\}/g, 'none');
  const withBody = (): (Operation & { body: Schema })[] =>
    operations.flatMap((operation) => (operation.body ? [{ ...operation, body: operation.body }] : []));
  const messagesOf = ({ status, body }: Answer): string[] =>
    status === 400 ? [body.message as string | string[]].flat() : [];

  it('hold for every member of a body: what lies outside of them is refused', async () => {
    const accepted: object[] = [];
    let count = 0;
    for (const { id, method, path, body, examples } of withBody()) {
      expect(body).toMatchObject({ additionalProperties: false });
      const send = async (about: string, value: object): Promise<void> => {
        count++;
        const { status } = await admin.call(method, concrete(path), value);
        if (status !== 400) accepted.push({ id, about, value, status });
      };
      const base = examples[0]!;
      for (const [name, schema] of Object.entries(body.properties ?? {}))
        for (const { about, value } of outside(schema))
          await send(`${name}: ${about}`, { ...base, [name]: value });
      for (const name of body.required ?? [])
        await send(
          `required: ${name}`,
          Object.fromEntries(Object.entries(base).filter(([key]) => key !== name)),
        );
      await send('additionalProperties', { ...base, unheard_of: 1 });
      for (const value of [[], [base], 'text', 7]) await send('type', value as object);
    }
    expect(accepted).toEqual([]);
    expect(count).toBeGreaterThan(300);
  });

  it('hold for every member of a body: what lies at them is accepted', async () => {
    const refused: object[] = [];
    let count = 0;
    for (const { id, method, path, body, examples } of withBody()) {
      // Whether members of a registration go together is another question; a change of no client asks for each alone.
      const isRegistration = id === 'registerClient';
      for (const [name, schema] of Object.entries(body.properties ?? {})) {
        if (isRegistration && !['client_id', 'client_secret'].includes(name)) continue;
        if (references.has(`${id}.${name}`)) continue;
        for (const { about, value } of atBounds(schema)) {
          if (judgedElsewhere.has(name) && String(value).includes('🦅')) continue;
          count++;
          const unique =
            id === 'createUser' && name !== 'username'
              ? { username: `user-${count}` }
              : // The type of an attribute never changes.
                id === 'putAttribute' && name === 'type'
                ? { name: `attribute-${count}` }
                : {};
          const answer = await admin.call(method, concrete(path), {
            ...examples[0],
            ...unique,
            [name]: value,
          });
          const complaints = messagesOf(answer).filter((message) => message.includes(name));
          if (complaints.length > 0 || answer.status >= 500) refused.push({ id, name, about, complaints });
        }
      }
    }
    expect(refused).toEqual([]);
    expect(count).toBeGreaterThan(100);
  });

  it('hold for every query parameter, in both directions', async () => {
    const wrong: object[] = [];
    let count = 0;
    for (const { id, method, path, parameters, examples } of operations) {
      const isPlain = (value: unknown): boolean => value !== null && typeof value !== 'object';
      for (const { name, schema } of parameters.filter((parameter) => parameter.in === 'query')) {
        const send = async (value: unknown, about: string, expectsRefusal: boolean): Promise<void> => {
          count++;
          const query = new URLSearchParams({ [name]: String(value) });
          const answer = await admin.call(method, `${concrete(path)}?${query.toString()}`, examples[0]);
          const isRefused = messagesOf(answer).some((message) => message.includes(name));
          if (isRefused !== expectsRefusal) wrong.push({ id, name, about, status: answer.status });
        };
        // In a query everything is text: a number is a text, and `7` is a number.
        const beyond = outside(schema).filter(({ about, value }) => about !== 'type' && isPlain(value));
        for (const { about, value } of beyond) await send(value, about, true);
        if (schema.type === 'integer')
          for (const value of ['1.5', '1e1', ' 7', '0x7', 'seven', '']) await send(value, 'type', true);
        if (schema.type === 'boolean') for (const value of ['1', 'TRUE', '']) await send(value, 'type', true);
        for (const { about, value } of atBounds(schema).filter((sample) => isPlain(sample.value)))
          await send(value, about, false);
        const twice = await admin.call(method, `${concrete(path)}?${name}=1&${name}=2`);
        if (twice.status !== 400) wrong.push({ id, name, about: 'twice', status: twice.status });
      }
      const unknown = await admin.call(method, `${concrete(path)}?unheard_of=1`);
      if (unknown.status !== 400) wrong.push({ id, about: 'unknown', status: unknown.status });
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(100);
  });

  it('hold for every path parameter: a longer one is refused, the longest is looked for', async () => {
    for (const { id, method, path, parameters, examples } of operations) {
      for (const { name, schema } of parameters.filter((parameter) => parameter.in === 'path')) {
        const { maxLength } = schema;
        if (maxLength === undefined) continue;
        const call = (value: string): Promise<Answer> =>
          admin.call(method, concrete(path.replace(`{${name}}`, encodeURIComponent(value))), examples[0]);
        const long = await call(noise(maxLength + 1));
        expect({ id, status: long.status, message: long.body.message }).toEqual({
          id,
          status: 400,
          message: [`${name} must be shorter than or equal to ${maxLength} characters`],
        });
        for (const value of ['z'.repeat(maxLength), '%'.repeat(maxLength)])
          expect({ id, status: (await call(value)).status }).toEqual({ id, status: 404 });
      }
    }
  });

  it('count characters, not code units: what fits the document fits the database', async () => {
    const name = '🦅'.repeat(255);
    const answer = await admin.post('/users', { username: 'eagle', password: noise(20), name });
    expect(answer.body).toMatchObject({ name });
    const tooLong = await admin.post('/users', {
      username: 'eagles',
      password: noise(20),
      name: `${name}\uFE0F`,
    });
    expect(tooLong.status).toBe(400);
  });
});
