import { randomUUID } from 'node:crypto';
import { AdminCaller, expectRefusedField, itemsOf } from '../../support/admin-caller.js';
import { DnsServer, serverFailure } from '../../support/dns-server.js';
import { TestOrganizations } from '../../support/organizations.js';
import { useServer } from '../../support/server.js';

const dns = await DnsServer.start();
afterAll(() => dns.stop());

describe('Domains of organizations', () => {
  const server = useServer({ EYRIE_DNS_SERVERS: dns.address });
  let world: TestOrganizations;
  let admin: AdminCaller;
  let organization: string;

  beforeAll(async () => {
    world = await TestOrganizations.of(server);
    ({ admin } = world);
  });
  beforeEach(async () => {
    organization = await world.create();
  });

  const newName = (): string => `d-${randomUUID()}.example`;
  const path = (of = organization): string => `/organizations/${of}/domains`;
  const add = async (domain: string, of = organization): Promise<Record<string, unknown>> => {
    const answer = await admin.post(path(of), { domain });
    expect(answer.status).toBe(201);
    return answer.body;
  };
  const verify = async (id: unknown, body: object = {}, of = organization) =>
    admin.post(`${path(of)}/${String(id)}/verify`, body);
  /** Publishes the record of a domain. */
  const publish = ({ txt_record: record }: Record<string, unknown>): void => {
    const { name, value } = record as { name: string; value: string };
    dns.answers.set(name, [['v=spf1 -all'], [value]]);
  };
  const eventsAbout = async (id: string): Promise<unknown[]> =>
    itemsOf(await admin.get('/audit-events?limit=200'))
      .filter(({ detail }) => (detail as { organization?: string } | null)?.organization === id)
      .map(({ event }) => event)
      .toReversed();

  it('are added, verified by their record in DNS, and removed, each with its event', async () => {
    const name = newName();
    const added = await add(name.toUpperCase());
    expect(added).toMatchObject({
      domain: name,
      verified: false,
      verified_by: null,
      txt_record: {
        name: `_eyrie-challenge.${name}`,
        value: expect.stringMatching(/^eyrie-verification=[\w-]{43}$/),
      },
    });
    publish(added);
    expect(await verify(added['id'])).toMatchObject({
      status: 200,
      body: { verified: true, verified_by: 'dns', txt_record: null },
    });
    expect(itemsOf(await admin.get(path()))).toMatchObject([{ domain: name, verified: true }]);
    expect((await admin.delete(`${path()}/${String(added['id'])}`)).status).toBe(204);
    expect((await admin.get(`${path()}/${String(added['id'])}`)).status).toBe(404);
    expect(await eventsAbout(organization)).toEqual([
      'organization.created',
      'organization.domain_added',
      'organization.domain_verified',
      'organization.domain_removed',
    ]);
  });

  it('are not verified without the record, and say what is there', async () => {
    const added = await add(newName());
    const { name } = added['txt_record'] as { name: string };
    expect(await verify(added['id'])).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/^no TXT record of .* is .*: it has none$/) },
    });
    dns.answers.set(name, [['eyrie-verification=another']]);
    expect((await verify(added['id'])).body['detail']).toMatch(/: it has one other record$/);
    dns.answers.set(name, serverFailure);
    expect(await verify(added['id'])).toMatchObject({
      status: 409,
      body: { detail: `the TXT records of ${name} cannot be looked up: DNS answered that it failed` },
    });
    expect(itemsOf(await admin.get(path()))).toMatchObject([{ verified: false }]);
  });

  it('that are verified are not looked up again, and stay verified as they were', async () => {
    const added = await add(newName());
    publish(added);
    await verify(added['id']);
    const looked = dns.asked.length;
    expect((await verify(added['id'])).body).toMatchObject({ verified_by: 'dns' });
    expect((await verify(added['id'], { by: 'administrator' })).body).toMatchObject({ verified_by: 'dns' });
    expect(dns.asked).toHaveLength(looked);
  });

  it('count as verified on the word of an administrator alone', async () => {
    const added = await add(newName());
    const manager = await AdminCaller.register(server, 'eyrie.groups');
    const address = `${path()}/${String(added['id'])}/verify`;
    expect((await manager.post(address, { by: 'administrator' })).status).toBe(403);
    expect((await manager.post(address, { by: 'dns' })).status).toBe(409);
    expect(await verify(added['id'], { by: 'administrator' })).toMatchObject({
      status: 200,
      body: { verified: true, verified_by: 'administrator' },
    });
  });

  it('can be claimed by several organizations, and are verified for one of them', async () => {
    const name = newName();
    const other = await world.create();
    const [mine, theirs] = [await add(name), await add(name, other)];
    expect(mine['txt_record']).not.toEqual(theirs['txt_record']);
    await verify(mine['id'], { by: 'administrator' });
    const refusal = {
      status: 409,
      body: { detail: `the domain ${name} is verified for another organization` },
    };
    expect(await verify(theirs['id'], { by: 'administrator' }, other)).toMatchObject(refusal);
    expect(await verify(theirs['id'], {}, other)).toMatchObject(refusal);
    expect(await admin.post(path(await world.create()), { domain: name })).toMatchObject(refusal);
    await admin.delete(`${path()}/${String(mine['id'])}`);
    expect((await verify(theirs['id'], { by: 'administrator' }, other)).status).toBe(200);
  });

  it('are verified for one of two organizations that ask at once', async () => {
    for (let round = 0; round < 5; round++) {
      const name = newName();
      const organizations = [await world.create(), await world.create()];
      const added = await Promise.all(organizations.map((of) => add(name, of)));
      const answers = await Promise.all(
        added.map(({ id }, index) => verify(id, { by: 'administrator' }, organizations[index])),
      );
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
      const shown = await Promise.all(organizations.map(async (of) => itemsOf(await admin.get(path(of)))));
      expect(shown.flat().filter(({ verified }) => verified)).toHaveLength(1);
    }
  });

  it('are had once by an organization, however often they are added at once', async () => {
    const name = newName();
    const answers = await Promise.all([1, 2, 3].map(() => admin.post(path(), { domain: name })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    expect((await admin.post(path(), { domain: name })).body['detail']).toBe(
      `the organization has the domain ${name} already`,
    );
  });

  it('that cannot belong to an organization are refused, and name the field', async () => {
    for (const domain of ['co.uk', '192.0.2.1', 'localhost', 'a@example.com', ''])
      expectRefusedField(await admin.post(path(), { domain }), 'domain');
  });

  it('are not seen by another organization, and end with theirs', async () => {
    const name = newName();
    const { id } = await add(name);
    await verify(id, { by: 'administrator' });
    const other = await world.create();
    expect((await admin.get(`${path(other)}/${String(id)}`)).status).toBe(404);
    expect((await verify(id, {}, other)).status).toBe(404);
    expect((await admin.delete(`${path(other)}/${String(id)}`)).status).toBe(404);
    await world.delete(organization);
    const again = await add(name, other);
    expect((await verify(again['id'], { by: 'administrator' }, other)).status).toBe(200);
  });

  it('of an organization are a hundred at most', async () => {
    for (let made = 0; made < 100; made++) await add(newName());
    expect(await admin.post(path(), { domain: newName() })).toMatchObject({
      status: 409,
      body: { detail: 'the organization has 100 domains already' },
    });
    expect(await admin.everyItem(path(), 40)).toHaveLength(100);
  });
});
