export const clientCredentials = {
  name: 'client_credentials',
  weight: 15,

  async run(client) {
    const party = client.pick(client.parties);
    const { status, body } = await party.clientCredentials('contacts.read');
    if (client.expect(status === 200, 'service', 'a client got no token', body))
      client.keepToken(body.access_token, party.clientId);
  },
};
