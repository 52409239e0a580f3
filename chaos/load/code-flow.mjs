import { Unanswered } from '../line.mjs';
import { subjectOf } from '../relying-party.mjs';
import { postSignIn } from './sign-in.mjs';

export const scope = 'openid profile offline_access contacts.read';
const replayedShare = 0.06;
/** Codes expire after 60 seconds. */
const codeLifetimeMilliseconds = 50_000;

/** Authorizes an application, redeems the code, and now and then redeems it again, which must end what it gave. */
export const codeFlow = {
  name: 'code flow',
  weight: 7,

  async run(client) {
    const party = client.pick(client.parties);
    const issued = await obtainCode(client, party);
    if (!issued) return;
    const { request, parameters } = issued;
    const family = await redeemOnce(client, party, request, parameters);
    if (!family) return;
    client.families.push(family);
    client.ledger.families.push(family);
    if (client.random() < replayedShare) await replay(client, party, request, parameters, family);
  },
};

/**
 * The person of the client signs in and allows, where pages ask for it.
 *
 * @returns what `RelyingParty.redeem` takes; undefined after a violation
 */
export async function obtainCode(client, party) {
  const request = await party.authorizationRequest(scope);
  const location = await authorize(client, party, request.path);
  return location && { request, parameters: party.authorizationResponse(request, location) };
}

/** @returns {Promise<URL | undefined>} the redirection to the client */
async function authorize(client, party, path) {
  const { person } = client;
  const { location, response } = await person.walk(path, {
    signsIn: (post) => postSignIn(client, person, post),
    allows: (post) => postConsent(client, party, post),
  });
  const isRedirected = location?.searchParams.has('code');
  client.expect(isRedirected, 'service', 'no code', location?.href ?? response.status);
  return isRedirected ? location : undefined;
}

async function postConsent(client, party, post) {
  const { allowed } = client.person;
  client.expect(
    !allowed.has(party.clientId),
    'every acknowledged consent lasts',
    `${party.clientId} must be allowed again`,
  );
  let step;
  await client.ledger.change(
    { event: 'consent.given', userId: client.userId, clientId: party.clientId },
    async () => {
      step = await post();
      return step.location !== undefined;
    },
  );
  if (step.location) allowed.add(party.clientId);
  return step;
}

/** Redeems a code, and once more if the outcome is not known: then it may have been redeemed, and be refused. */
async function redeemOnce(client, party, request, parameters) {
  const issuedAt = performance.now();
  let isRepeated = false;
  const answer = await party.redeem(request, parameters).catch((error) => {
    if (!(error instanceof Unanswered)) throw error;
    isRepeated = true;
    return party.redeem(request, parameters);
  });
  const { status, body } = answer;
  if (status !== 200) {
    const mayBeRefused =
      isRepeated || client.watch.codesMayExpire || performance.now() - issuedAt > codeLifetimeMilliseconds;
    client.expect(mayBeRefused, 'every acknowledged code works', 'a code was refused', answer);
    return undefined;
  }
  client.ledger.redeemed(parameters.get('code'));
  const family = {
    clientId: party.clientId,
    userId: subjectOf(body),
    refreshToken: body.refresh_token,
    ended: false,
  };
  client.expect(family.userId === client.userId, 'service', 'a token of somebody else', body);
  client.keepToken(body.access_token, party.clientId, family);
  return family;
}

async function replay(client, party, request, parameters, family) {
  Object.assign(family, { ended: 'maybe', endedBy: 'replay' });
  await client.ledger.change(
    { event: 'code.replayed', userId: client.userId, clientId: party.clientId },
    async () => {
      const answer = await party.redeem(request, parameters);
      if (answer.status === 200) client.ledger.redeemed(parameters.get('code'));
      return true;
    },
  );
  family.ended = 'ended';
}
