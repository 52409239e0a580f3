import { passwordOf } from '../scenario.mjs';

/** Somebody whom only this round knows. */
export async function newUser(client) {
  const username = `raced-${client.name}-${client.made++}`;
  const { status, body } = await client.administrator.call('POST', '/users', {
    username,
    password: passwordOf(username),
  });
  client.expect(status === 201, 'service', 'no user was created', body);
  return { id: body.id, username };
}

/** Signs in. @returns {Promise<boolean>} whether that succeeded */
export async function signsIn(person) {
  const { response, form } = await person.walk('/login', { signsIn: (post) => post() });
  return response.status === 200 && form !== 'sign-in';
}

export async function expectSignedOut(client, person, invariant) {
  const { form } = await person.walk('/account');
  client.expect(form === 'sign-in', invariant, `${person.username} is signed in`);
}
