import { passwordOf } from '../scenario.mjs';
import { expectSignedOut, newUser, signsIn } from './people.mjs';

const invariant = 'an acknowledged change of a password holds';

/** A password is changed while somebody signs in with it: once that is answered, the former one has opened nothing. */
export const passwordAgainstSignIn = {
  name: 'password change against sign-in',

  async run(client) {
    const { id, username } = await newUser(client);
    const next = passwordOf(`another one of ${username}`);
    const people = [1, 2].map(() => client.newPerson(username));
    const [changed] = await Promise.all([
      client.administrator.call('PUT', `/users/${id}/password`, { password: next }),
      ...people.map(signsIn),
    ]);
    client.expect(changed.status < 300, 'service', 'a password was not changed', changed);
    for (const person of people) await expectSignedOut(client, person, invariant);
    client.expect(!(await signsIn(client.newPerson(username))), invariant, 'the former password was taken');
    client.expect(await signsIn(client.newPerson(username, next)), 'service', 'the new password was refused');
  },
};
