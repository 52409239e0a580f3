import {
  contactList,
  details,
  lists,
  payment,
  pays,
  registerTypes,
} from '../../support/authorization-details.js';
import { responseOf, type TestBrowser } from '../../support/browser.js';
import { changesOfRows, everyRow } from '../../support/database-rows.js';
import { type Answer, expectRefusal, type Fields, RelyingParty } from '../../support/relying-party.js';
import { putResource, mail } from '../../support/resources.js';
import { alice, contacts, useServer } from '../../support/server.js';
import { signedInBrowser } from '../../support/walk.js';

const scope = 'openid offline_access contacts.read';
const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';
const types = [payment.type, contactList.type];
const other = { ...contactList, type: 'other', title: 'Another', client_credentials: false };

const nested = (levels: number): object => (levels === 0 ? {} : { a: nested(levels - 1) });

/** Values of the parameter that no endpoint takes, for a client with both types. */
const malformed: [condition: string, value: string][] = [
  ['text that is not JSON', 'payment'],
  ['JSON that is cut off', details(pays()).slice(0, -2)],
  ['an object instead of a list', JSON.stringify(pays())],
  ['null', 'null'],
  ['a text', '"payment_initiation"'],
  ['an empty list', '[]'],
  ['a list of texts', details(payment.type)],
  ['a list with null', details(pays(), null)],
  ['a list in a list', details([pays()])],
  ['an object without type', details({ actions: ['initiate'] })],
  ['an empty type', details(pays({ type: '' }))],
  ['a type that is no text', details(pays({ type: 7 }))],
  ['a type that is unknown', details(pays({ type: 'unknown' }))],
  ['a type in other letter case', details(pays({ type: 'Payment_Initiation' }))],
  ['a type that is a name of Object.prototype', details({ type: '__proto__' })],
  ['a type that the client did not register', details(lists({ type: other.type }))],
  ['a member that is missing', details({ ...pays(), creditorName: undefined })],
  ['a member that is unknown', details(pays({ urgent: true }))],
  [
    'an unknown member of a member',
    details(pays({ instructedAmount: { currency: 'EUR', amount: '1', tip: '2' } })),
  ],
  ['a member of another type', details(pays({ creditorName: 7 }))],
  ['a number instead of a text', details(pays({ instructedAmount: { currency: 'EUR', amount: 123 } }))],
  ['a value that is not in its list', details(pays({ actions: ['steal'] }))],
  ['an empty list of actions', details(pays({ actions: [] }))],
  ['a text that is too long', details(pays({ creditorName: 'x'.repeat(71) }))],
  ['a text that is too short', details(pays({ instructedAmount: { currency: 'E', amount: '1' } }))],
  ['a null member', details(pays({ creditorName: null }))],
  ['one that is wrong after one that is right', details(pays(), pays({ creditorName: [] }))],
  ['more than twenty objects', details(...Array.from({ length: 21 }, () => lists()))],
  [
    'more than 4,096 bytes',
    details(...Array.from({ length: 19 }, () => pays({ remittanceInformation: 'x'.repeat(140) }))),
  ],
  ['more than 4,096 bytes of spaces', `${details(pays())}${' '.repeat(4_096)}`],
  ['objects that are nested too deeply', details(lists({ identifier: nested(9) }))],
  ['lists that are nested a thousand times', `${'['.repeat(1_000)}${']'.repeat(1_000)}`],
  ['a list with too many entries', details(lists({ actions: Array.from({ length: 101 }, () => 'a') }))],
  ['a number beyond all numbers', '[{"type":"contact_list","identifier":1e999}]'],
  [
    'a member __proto__',
    '[{"type":"contact_list","identifier":"a","__proto__":{"type":"payment_initiation"}}]',
  ],
];

describe('H4 authorization details are refused', () => {
  const server = useServer({}, { users: [alice] });
  let browser: TestBrowser;
  let party: RelyingParty;
  let service: RelyingParty;
  let device: RelyingParty;

  beforeAll(async () => {
    await putResource(server, mail);
    await registerTypes(server, [payment, contactList, other]);
    browser = await signedInBrowser(server);
    party = await RelyingParty.register(server, { scope, authorization_details_types: types }, browser);
    service = await RelyingParty.register(server, {
      grant_types: ['client_credentials'],
      redirect_uris: [],
      scope: 'contacts.read',
      authorization_details_types: [...types, other.type],
    });
    device = await RelyingParty.register(server, {
      grant_types: [deviceCode],
      redirect_uris: [],
      scope: 'contacts.read',
      authorization_details_types: types,
    });
  });

  /** What the work wrote, besides the journal of refusals. */
  async function written(work: () => Promise<void>): Promise<string[]> {
    const before = await everyRow(server);
    await work();
    const changes = changesOfRows(before, await everyRow(server)).map(({ table }) => table);
    return [...new Set(changes)].filter((table) => !['refusals', 'throttles'].includes(table));
  }

  async function expectRedirect(parameters: Fields, error = 'invalid_authorization_details'): Promise<void> {
    const page = await browser.open(party.authorizeUrl('v'.repeat(43), parameters));
    const response = responseOf(page);
    expect(page.url.startsWith(party.redirectUri)).toBe(true);
    expect([response.get('error'), response.get('state')]).toEqual([error, 'state']);
    expect(response.get('code')).toBeNull();
  }

  it.each(malformed)('with %s: by redirect, and nothing is written', async (_condition, value) => {
    expect(await written(() => expectRedirect({ authorization_details: value }))).toEqual([]);
  });

  it.each(malformed)('with %s: as JSON where they are pushed', async (_condition, value) => {
    const fields = {
      response_type: 'code',
      redirect_uri: party.redirectUri,
      scope,
      code_challenge: 'c'.repeat(43),
      code_challenge_method: 'S256',
      authorization_details: value,
    };
    const work = async (): Promise<void> =>
      expectRefusal(await party.authenticated('/par', fields), 400, 'invalid_authorization_details');
    expect(await written(work)).toEqual([]);
  });

  it.each(malformed)('with %s: of a device', async (_condition, value) => {
    const work = async (): Promise<void> => {
      const answer = await device.authenticated('/device_authorization', { authorization_details: value });
      expectRefusal(answer, 400, 'invalid_authorization_details');
    };
    expect(await written(work)).toEqual([]);
  });

  it('with a type that needs a resource owner, of a client that acts for itself', async () => {
    for (const value of [details(pays()), details(lists(), pays()), details(lists({ type: other.type }))]) {
      const fields = { grant_type: 'client_credentials', authorization_details: value };
      expectRefusal(await service.token(fields), 400, 'invalid_authorization_details');
    }
  });

  it('with the parameter twice: invalid_request everywhere', async () => {
    const twice = { authorization_details: [details(pays()), details(pays())] };
    await expectRedirect(twice, 'invalid_request');
    const pushed = { response_type: 'code', redirect_uri: party.redirectUri, scope, ...twice };
    expectRefusal(await party.authenticated('/par', pushed), 400, 'invalid_request');
    expectRefusal(await device.authenticated('/device_authorization', twice), 400, 'invalid_request');
    const own = { grant_type: 'client_credentials', ...twice };
    expectRefusal(await service.token(own), 400, 'invalid_request');
  });

  it('with a resource that is not that of the type: invalid_target', async () => {
    const named = { authorization_details: details(lists()), resource: mail.identifier };
    await expectRedirect({ scope: undefined, ...named }, 'invalid_target');
  });

  describe('at the token endpoint, where they were granted before,', () => {
    /** Wider than what was granted, or something else. */
    const wider: [condition: string, objects: object[]][] = [
      ['another amount', [pays({ instructedAmount: { currency: 'EUR', amount: '124.50' } })]],
      ['another creditor', [pays({ creditorName: 'Mallory' })]],
      ['one more action', [pays({ actions: ['initiate', 'status', 'cancel'] })]],
      ['no actions, which could mean all', [{ ...pays(), actions: undefined }]],
      ['one more member', [pays({ remittanceInformation: 'a tip' })]],
      ['one more location', [pays({ locations: ['https://bank.example.com'] })]],
      ['another type', [lists()]],
      ['what was granted and more', [pays(), lists()]],
    ];

    it.each(wider)('with %s: the code stays good', async (_condition, objects) => {
      const authorized = await party.authorize({ authorization_details: details(pays()) });
      const fields = { authorization_details: details(...objects) };
      const work = async (): Promise<void> =>
        expectRefusal(await party.redeem(authorized, fields), 400, 'invalid_authorization_details');
      expect(await written(work)).toEqual([]);
      expect((await party.redeem(authorized)).body['authorization_details']).toEqual([pays()]);
    });

    it.each([
      ...wider.map(([condition, objects]) => [condition, details(...objects)]),
      ...malformed.slice(0, 12),
    ])('with %s at refresh: the refresh token stays good', async (_condition, value) => {
      const tokens = await party.tokens({ authorization_details: details(pays()) });
      const work = async (): Promise<void> => {
        const answer = await party.refresh(tokens.refresh_token, { authorization_details: value });
        expectRefusal(answer, 400, 'invalid_authorization_details');
      };
      expect(await written(work)).toEqual([]);
      expect((await party.refresh(tokens.refresh_token)).status).toBe(200);
    });

    it('with any, if the grant has none', async () => {
      const tokens = await party.tokens();
      const answer = await party.refresh(tokens.refresh_token, { authorization_details: details(pays()) });
      expectRefusal(answer, 400, 'invalid_authorization_details');
      const whole: Answer = await party.refresh(tokens.refresh_token);
      expect(whole.body).not.toHaveProperty('authorization_details');
    });

    it('twice: invalid_request, and the code stays good', async () => {
      const authorized = await party.authorize({ authorization_details: details(pays()) });
      const twice = { authorization_details: [details(pays()), details(pays())] };
      expectRefusal(await party.redeem(authorized, twice), 400, 'invalid_request');
      expect((await party.redeem(authorized)).status).toBe(200);
    });

    it('a resource that is not that of the type gets a token without them', async () => {
      const both = { authorization_details: details(lists(), pays({ locations: [mail.identifier] })) };
      const tokens = await party.tokens(both);
      const { body } = await party.refresh(tokens.refresh_token, { resource: contacts.identifier });
      expect(body['authorization_details']).toEqual([lists()]);
    });
  });
});
