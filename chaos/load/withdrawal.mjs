/** Somebody withdraws what an application is allowed, on the page of their account. */
export const withdrawal = {
  name: 'withdrawal',
  weight: 0.7,

  async run(client) {
    const { person } = client;
    if (!person.isSignedIn) return;
    const { html, form } = await person.walk('/account');
    if (!client.expect(form !== 'sign-in', 'every acknowledged session lasts', 'no account page')) return;
    const clientId = client.parties
      .map((party) => party.clientId)
      .find((id) => html.includes(`id="withdraw-${id}"`));
    if (clientId === undefined) return;
    const families = client.families.filter(
      (family) => family.clientId === clientId && family.ended !== 'ended',
    );
    for (const family of families) Object.assign(family, { ended: 'maybe', endedBy: 'withdrawal' });
    person.allowed.delete(clientId);
    await client.ledger.change({ event: 'consent.withdrawn', userId: client.userId, clientId }, async () => {
      await person.press(html, `withdraw-${clientId}`);
      return true;
    });
    for (const family of families) family.ended = 'ended';
  },
};
