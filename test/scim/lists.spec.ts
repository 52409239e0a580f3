import { ProvisioningClient, type Resource } from '../support/provisioning-client.js';
import { expectScimError } from '../support/provisioning-client.js';
import { useServer } from '../support/server.js';

const people = 1_000;
const padded = (number: number): string => String(number).padStart(4, '0');
/** The names in an order that is not that of their creation. */
const names = Array.from({ length: people }, (_, index) => `person-${padded((index * 7) % people)}`);

describe('M1 Lists of SCIM', () => {
  const server = useServer();
  let client: ProvisioningClient;

  beforeAll(async () => {
    client = await ProvisioningClient.withToken(server);
    for (let from = 0; from < people; from += 100) {
      const Operations = names.slice(from, from + 100).map((userName, index) => ({
        method: 'POST',
        path: '/Users',
        bulkId: `${from + index}`,
        data: {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
          userName,
          title: userName.slice(-1),
        },
      }));
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
      const answer = await client.call('POST', '/Bulk', { schemas, Operations });
      const failed = (answer.body.Operations as { status: string }[]).filter(
        ({ status }) => status !== '201',
      );
      if (failed.length > 0) throw new Error(JSON.stringify(failed[0]));
    }
  });

  const filter = encodeURIComponent('userName sw "person-"');
  const usernames = (resources: unknown): string[] =>
    (resources as Resource[]).map(({ userName }) => userName as string);

  it('of 1,000 users are read page by page, by index', async () => {
    const read: string[] = [];
    for (let startIndex = 1; startIndex <= people; startIndex += 200) {
      const { body } = await client.get(
        `/Users?filter=${filter}&sortBy=userName&startIndex=${startIndex}&count=500&attributes=userName`,
      );
      expect(body).toMatchObject({ totalResults: people, startIndex, itemsPerPage: 200 });
      read.push(...usernames(body.Resources));
    }
    expect(read).toEqual(names.toSorted());
  });

  it.each(['ascending', 'descending'])(
    'of 1,000 users are read page by page, by cursor, %s',
    async (sortOrder) => {
      const read: string[] = [];
      let cursor: unknown = '';
      while (cursor !== undefined) {
        const { body } = await client.get(
          `/Users?filter=${filter}&sortBy=title&sortOrder=${sortOrder}&count=150&cursor=${cursor as string}`,
        );
        expect(body).toMatchObject({ totalResults: people });
        read.push(...usernames(body.Resources));
        cursor = body.nextCursor;
      }
      expect(read.toSorted()).toEqual(names.toSorted());
      const titles = read.map((name) => name.slice(-1));
      expect(titles).toEqual(sortOrder === 'ascending' ? titles.toSorted() : titles.toSorted().toReversed());
    },
  );

  it('by time are read by cursor too', async () => {
    const first = await client.get(`/Users?filter=${filter}&sortBy=meta.created&count=3&cursor`);
    const second = await client.get(
      `/Users?filter=${filter}&sortBy=meta.created&count=3&cursor=${first.body.nextCursor as string}`,
    );
    expect(usernames(second.body.Resources)).toEqual(names.slice(3, 6));
  });

  it.each([
    ['userName eq "PERSON-0007"', ['person-0007']],
    ['userName ew "-0007" or userName co "son-0008"', ['person-0007', 'person-0008']],
    ['userName ge "person-0998" and userName lt "person-1"', ['person-0998', 'person-0999']],
    ['userName gt "person-0998" and userName le "person-0999"', ['person-0999']],
    ['not (userName lt "person-0998") and userName sw "person" and title ne "9"', ['person-0998']],
    ['userName sw "person-000" and not (title pr and title gt "1")', ['person-0000', 'person-0001']],
    [
      'userName sw "person-000" and (title eq "3" or (title eq "4" and active eq true))',
      ['person-0003', 'person-0004'],
    ],
    ['userName sw "person_000"', []],
    ['displayName eq null and userName eq "person-0001"', ['person-0001']],
    ['meta.created gt "2000-01-01T00:00:00Z" and userName eq "person-0002"', ['person-0002']],
    ['meta.lastModified lt "2000-01-01T00:00:00.5Z"', []],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "person-0003"', ['person-0003']],
  ])('filtered by %s have who meets it', async (text, expected) => {
    expect(usernames(await client.find('Users', text, '&sortBy=userName'))).toEqual(expected);
  });

  it.each([
    ['externalId sw "Case-"', 1],
    ['externalId sw "case-"', 0],
    ['externalId co "Exact"', 1],
    ['externalId co "exact"', 0],
    ['externalId ew "-ID"', 1],
    ['externalId ew "-id"', 0],
    ['externalId eq "case-exact-id"', 0],
    ['userName sw "OF-EXACT" and userName co "Case" and userName ew "ID"', 1],
  ])('filtered by %s compare letters as the attribute has it: %i', async (text, count) => {
    const [present] = await client.find('Users', 'userName eq "of-exact-case-id"');
    if (!present) await client.createUser({ userName: 'of-exact-case-id', externalId: 'Case-Exact-ID' });
    expect(await client.find('Users', text)).toHaveLength(count);
  });

  it('have none of their items if none is asked for, and say how many there are', async () => {
    const { body } = await client.get(`/Users?filter=${filter}&count=0`);
    expect(body).toMatchObject({ totalResults: people, itemsPerPage: 0, Resources: [] });
  });

  it('are searched by POST, of users, of groups and of both', async () => {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];
    const group = await client.createGroup();
    const search = (path: string, members: object): ReturnType<typeof client.call> =>
      client.call('POST', `${path}/.search`, { schemas, ...members });
    const users = await search('/Users', { filter: 'userName eq "person-0001"', attributes: ['userName'] });
    expect(users.body).toMatchObject({ totalResults: 1, Resources: [{ userName: 'person-0001' }] });
    const groups = await search('/Groups', { filter: `displayName eq "${group.displayName as string}"` });
    expect(groups.body).toMatchObject({ totalResults: 1, Resources: [{ id: group.id }] });
    const both = await search('', { filter: `id eq "${group.id}" or userName eq "x"` });
    expectScimError(
      both.status === 400 ? both : await search('', { filter: 'color eq "red"' }),
      400,
      'invalidFilter',
    );
    expect((await search('', { filter: `id eq "${group.id}"` })).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: group.id }],
    });
    const all = await search('', { startIndex: people, count: 5 });
    expect(all.body.itemsPerPage).toBe((all.body.Resources as object[]).length);
    expectScimError(await search('/Users', { filter: 7 }), 400, 'invalidValue');
  });

  it.each([
    ['filter=userName+zz+%22a%22', 'invalidFilter'],
    ['filter=password+eq+%22a%22', 'invalidFilter'],
    ['filter=active+gt+true', 'invalidFilter'],
    ['filter=meta.created+gt+%22soon%22', 'invalidFilter'],
    ['filter=groups.value+co+%22a%22', 'invalidFilter'],
    [`filter=${'(a%20pr)%20or%20'.repeat(200)}b%20pr`, 'invalidFilter'],
    ['sortBy=active', 'invalidPath'],
    ['sortBy=color', 'invalidPath'],
    ['sortOrder=up', 'invalidValue'],
    ['count=many', 'invalidValue'],
    ['startIndex=1&startIndex=2', 'invalidValue'],
    ['startIndex=1&cursor=', 'invalidValue'],
    ['attributes=id&excludedAttributes=meta', 'invalidValue'],
    ['cursor=nonsense', 'invalidCursor'],
    ['cursor=WyJ4Iiwx', 'invalidCursor'],
  ])('asked for by ?%s are refused with %s', async (query, scimType) => {
    expectScimError(await client.get(`/Users?${query}`), 400, scimType);
  });

  it('do not take the cursor of another list', async () => {
    const { body } = await client.get(`/Users?filter=${filter}&count=1&cursor`);
    expectScimError(
      await client.get(`/Users?count=1&cursor=${body.nextCursor as string}`),
      400,
      'invalidCursor',
    );
  });
});
