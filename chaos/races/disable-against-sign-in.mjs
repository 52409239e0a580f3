import { expectSignedOut, newUser, signsIn } from './people.mjs';

const invariant = 'an acknowledged disabling holds';

/** A person is disabled while they sign in: once that is answered, they are signed in nowhere. */
export const disableAgainstSignIn = {
  name: 'disable against sign-in',

  async run(client) {
    const { id, username } = await newUser(client);
    const people = [1, 2].map(() => client.newPerson(username));
    const [disabled] = await Promise.all([
      client.administrator.call('POST', `/users/${id}/disable`),
      ...people.map(signsIn),
    ]);
    client.expect(disabled.status < 300, 'service', 'a user was not disabled', disabled);
    for (const person of people) await expectSignedOut(client, person, invariant);
    client.expect(!(await signsIn(client.newPerson(username))), invariant, `${username} could sign in`);
  },
};
