/** Somebody signs in at another browser. */
export const signIn = {
  name: 'sign-in',
  weight: 2,

  async run(client) {
    const person = client.newPerson();
    const { location, response } = await person.walk('/login', {
      signsIn: (post) => postSignIn(client, person, post),
    });
    client.expect(
      response.status === 200 && !location,
      'service',
      'somebody could not sign in',
      response.status,
    );
  },
};

/** Posts the form with the right password. */
export async function postSignIn(client, person, post) {
  client.expect(
    !person.isSignedIn,
    'every acknowledged session lasts',
    `${person.username} must sign in again`,
  );
  let step;
  await client.ledger.change({ event: 'session.opened', userId: client.userId }, async () => {
    step = await post();
    return step.form !== 'sign-in';
  });
  if (
    client.expect(step.form !== 'sign-in', 'service', 'a right password was refused', step.response.status)
  ) {
    person.isSignedIn = true;
    client.ledger.people.push(person);
  }
  return step;
}
