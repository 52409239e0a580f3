import { randomUUID } from 'node:crypto';
import { groupSchema, ProvisioningClient, userSchema } from '../support/provisioning-client.js';
import { useServer } from '../support/server.js';

const atOnce = 6;

describe('SCIM requests at the same time', () => {
  const server = useServer();
  let client: ProvisioningClient;

  beforeAll(async () => {
    client = await ProvisioningClient.withToken(server);
  });

  const several = <Result>(work: (index: number) => Promise<Result>): Promise<Result[]> =>
    Promise.all(Array.from({ length: atOnce }, (_, index) => work(index)));

  it('that create one username, in several spellings, create one user', async () => {
    const userName = `user-${randomUUID()}`;
    const answers = await several((index) =>
      client.call('POST', '/Users', {
        schemas: [userSchema],
        userName: index % 2 === 0 ? userName : userName.toUpperCase(),
      }),
    );
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual([
      '201',
      ...Array<string>(atOnce - 1).fill('409'),
    ]);
    expect(await client.find('Users', `userName eq "${userName}"`)).toHaveLength(1);
  });

  it('that create one group create it once', async () => {
    const displayName = randomUUID();
    const answers = await several(() =>
      client.call('POST', '/Groups', { schemas: [groupSchema], displayName }),
    );
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual([
      '201',
      ...Array<string>(atOnce - 1).fill('409'),
    ]);
  });

  it('that add and remove members of one group lose none', async () => {
    const [stays, goes] = [
      await several(() => client.createUser()),
      await several(() => client.createUser()),
    ];
    const { id } = await client.createGroup({ members: goes.map((user) => ({ value: user.id })) });
    const answers = await several((index) =>
      client.patch(`/Groups/${id}`, [
        { op: 'add', path: 'members', value: [{ value: stays[index]?.id }] },
        { op: 'remove', path: 'members', value: [{ value: goes[index]?.id }] },
      ]),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(atOnce).fill(204));
    expect(await client.members(id)).toEqual(stays.map((user) => user.id).toSorted());
  });

  it('that replace all members leave the list of one of them', async () => {
    const users = await several(() => client.createUser());
    const { id } = await client.createGroup();
    const lists = users.map((user, index) => [user.id, users[(index + 1) % atOnce]?.id ?? ''].toSorted());
    await several((index) =>
      client.patch(`/Groups/${id}`, [
        { op: 'replace', path: 'members', value: lists[index]?.map((value) => ({ value })) },
      ]),
    );
    expect(lists).toContainEqual(await client.members(id));
  });

  it('that change several attributes of one user lose none of them', async () => {
    const { id } = await client.createUser();
    const paths = ['title', 'userType', 'nickName', 'name.familyName', 'name.givenName', 'preferredLanguage'];
    const answers = await several((index) =>
      client.patch(`/Users/${id}`, [{ op: 'replace', path: paths[index], value: `value ${index}` }]),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(atOnce).fill(200));
    expect((await client.get(`/Users/${id}`)).body).toMatchObject({
      title: 'value 0',
      userType: 'value 1',
      nickName: 'value 2',
      name: { familyName: 'value 3', givenName: 'value 4' },
      preferredLanguage: 'value 5',
    });
  });
});
