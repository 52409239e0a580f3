export const introspection = {
  name: 'introspection',
  weight: 12,

  async run(client) {
    const token = client.pickToken();
    if (!token) return;
    const { status, body } = await client.party(token.clientId).introspect(token.value);
    client.expect(status === 200 && body.active, 'every acknowledged token works', 'a token is not active', {
      status,
      body,
    });
  },
};
