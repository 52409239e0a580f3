/** The keys are rotated. Tokens that the keys before have signed must still work. */
export const keyRotation = {
  name: 'rotation of keys',
  weight: 0.15,

  async run(client) {
    await client.ledger.change({ event: 'key.rotated' }, async () => {
      const { status, body } = await client.administrator.call('POST', '/keys/rotate', {
        algorithms: ['ES256'],
        force: true,
      });
      client.expect(status < 300 || status === 409, 'service', 'no rotation', { status, body });
      return status < 300;
    });
  },
};
