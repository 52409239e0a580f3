export const userinfo = {
  name: 'userinfo',
  weight: 8,

  async run(client) {
    const token = client.pickToken(({ family }) => family);
    if (!token) return;
    const { status, body } = await client.party(token.clientId).userinfo(token.value);
    client.expect(
      status === 200 && body.sub === token.family.userId,
      'every acknowledged token works',
      'userinfo refused a token',
      {
        status,
        body,
      },
    );
  },
};
