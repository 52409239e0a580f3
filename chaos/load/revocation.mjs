const grantShare = 0.4;

/** Revokes an access token, or a refresh token and its grant with it. What is not acknowledged is asked for again. */
export const revocation = {
  name: 'revocation',
  weight: 4,

  run: (client) => (client.random() < grantShare ? revokeGrant(client) : revokeToken(client)),
};

async function revokeGrant(client) {
  const family =
    client.families.find(({ ended, endedBy }) => ended === 'maybe' && endedBy === 'revocation') ??
    client.pick(client.families.slice(-30).filter(({ ended }) => ended === false));
  if (family)
    await revoke(client, {
      event: 'grant.revoked',
      ends: family,
      clientId: family.clientId,
      value: family.refreshToken,
      userId: family.userId,
    });
}

async function revokeToken(client) {
  const token =
    client.tokens.find(({ ended, family }) => ended === 'maybe' && !family?.ended) ?? client.pickToken();
  if (token)
    await revoke(client, {
      event: 'access_token.revoked',
      ends: token,
      clientId: token.clientId,
      value: token.value,
      userId: token.family?.userId,
    });
}

async function revoke(client, { event, ends, clientId, value, userId }) {
  Object.assign(ends, { ended: 'maybe', endedBy: 'revocation' });
  await client.ledger.change({ event, userId, clientId }, async () => {
    const answer = await client.party(clientId).revoke(value);
    return client.expect(answer.status === 200, 'service', 'a revocation was refused', answer);
  });
  ends.ended = 'ended';
}
