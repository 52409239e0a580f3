import { passwordOf } from '../scenario.mjs';

const newShare = 0.2;

/** The admin API makes people, and changes, disables and enables them. What is not acknowledged is asked for again. */
export const userChange = {
  name: 'change of a user',
  weight: 6,

  async run(client) {
    const user = client.users.find(({ pending }) => pending) ?? client.pick(client.users.slice(-10));
    if (!user || (!user.pending && client.random() < newShare)) return create(client);
    user.pending ??= client.pick([rename, user.isDisabled ? enable : disable, rename])(client, user);
    const { method, path, body, event, becomes } = user.pending;
    await client.ledger.change({ event, userId: user.id }, async () => {
      const answer = await client.administrator.call(method, `/users/${user.id}${path}`, body);
      return client.expect(answer.status < 300, 'service', `${event} was refused`, answer);
    });
    user.pending = undefined;
    Object.assign(user, becomes);
  },
};

async function create(client) {
  const username = `made-${client.name}-${client.made++}`;
  const { status, body } = await client.administrator.call('POST', '/users', {
    username,
    name: username,
    password: passwordOf(username),
  });
  if (!client.expect(status === 201, 'service', 'no user was created', { status, body })) return;
  const user = { id: body.id, username, name: username, isDisabled: false };
  await client.ledger.change({ event: 'user.created', userId: user.id }, async () => true);
  client.users.push(user);
  client.ledger.users.push(user);
}

/** Another name each time, so that each change is an event. */
const rename = (client, { username }) => {
  const name = `${username} ${client.made++}`;
  return { method: 'PATCH', path: '', body: { name }, event: 'user.updated', becomes: { name } };
};
const disable = () => ({
  method: 'POST',
  path: '/disable',
  event: 'user.disabled',
  becomes: { isDisabled: true },
});
const enable = () => ({
  method: 'POST',
  path: '/enable',
  event: 'user.enabled',
  becomes: { isDisabled: false },
});
