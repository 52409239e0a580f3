import { stringify } from 'yaml';
import { exportText, planText } from '../../src/commands/plan-text.js';
import { AuthorizationDetailsTypesStore } from '../../src/persistence/stores/authorization-details-types.store.js';
import { Apply, type ApplyOptions } from '../../src/provisioning/apply.js';
import { payment } from '../support/authorization-details.js';
import { ConfigurationFiles } from '../support/configuration.js';
import { useServer } from '../support/server.js';

const section = 'authorization_details_types';
const client = {
  client_id: 'payer',
  redirect_uris: ['http://127.0.0.1/callback'],
  token_endpoint_auth_method: 'none',
  authorization_details_types: [payment.type],
};

describe('Types of authorization details in configuration files', () => {
  const server = useServer();
  let files: ConfigurationFiles;
  let apply: Apply;

  beforeAll(async () => {
    files = await ConfigurationFiles.create();
    apply = server.app.get(Apply);
  });
  afterAll(() => files.remove());

  const planned = async (content: object, options?: ApplyOptions): Promise<string> =>
    planText(await apply.plan([await files.write(stringify(content))], options));
  const applied = async (content: object, options?: ApplyOptions): Promise<void> =>
    void (await apply.apply([await files.write(stringify(content))], options));
  const types = async (): Promise<string[]> =>
    (await server.app.get(AuthorizationDetailsTypesStore).all()).map(({ type }) => type);

  it('are created before the clients that name them, updated, exported and pruned', async () => {
    const content = { clients: [client], [section]: [payment] };
    expect(await planned(content)).toContain(`+ authorization details type ${payment.type}`);
    expect(await types()).toEqual([]);
    await applied(content);
    expect(await planned(content)).toBe('Nothing would change.');
    const changed = { [section]: [{ ...payment, title: 'One payment' }] };
    expect(await planned(changed)).toContain('title: "A payment" -> "One payment"');
    await applied(changed);
    expect(exportText(await apply.export([section]))).toContain('title: One payment');
    await applied({ clients: [{ ...client, authorization_details_types: [] }] }, { prune: [section] });
    expect(await types()).toEqual([]);
  });

  it.each<[condition: string, content: object, problem: string]>([
    [
      'a type that is there twice',
      { [section]: [payment, payment] },
      'authorization_details_types[1].type is also used by authorization_details_types[0]',
    ],
    [
      'a schema with a pattern',
      { [section]: [{ ...payment, schema: { properties: { a: { pattern: 'a' } } } }] },
      'authorization_details_types[0].schema must not have the keyword pattern',
    ],
    [
      'a sentence with half a brace',
      { [section]: [{ ...payment, sentence: '{' }] },
      'authorization_details_types[0].sentence has a brace without its other half',
    ],
    [
      'a field that is unknown',
      { [section]: [{ ...payment, words: 'x' }] },
      'authorization_details_types[0].words is not a known field',
    ],
    [
      'a client with a type that does not exist',
      { clients: [client] },
      'clients[0].authorization_details_types[0] is not a type of authorization details',
    ],
  ])('with %s are refused, and nothing is written', async (_condition, content, problem) => {
    await expect(applied(content)).rejects.toThrow(problem);
    expect(await types()).toEqual([]);
  });
});
