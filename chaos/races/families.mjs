import { obtainCode } from '../load/code-flow.mjs';

/** What a newly redeemed code gave: tokens with a refresh token. */
export async function newTokens(client, party) {
  const issued = await obtainCode(client, party);
  const answer = issued && (await party.redeem(issued.request, issued.parameters));
  client.expect(answer?.status === 200, 'service', 'a code was refused', answer);
  return answer?.status === 200 ? answer.body : undefined;
}

/** Nothing of these token responses may work any more. */
export async function expectEnded(client, party, responses, invariant) {
  for (const { access_token: accessToken, refresh_token: refreshToken } of responses) {
    const { body } = await party.introspect(accessToken);
    client.expect(body.active === false, invariant, 'an access token is active', body);
    if (refreshToken === undefined) continue;
    const refreshed = await party.refresh(refreshToken);
    client.expect(refreshed.status === 400, invariant, 'a refresh token was taken', refreshed);
  }
}
