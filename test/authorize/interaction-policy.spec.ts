import type { AuthorizationRequest } from '../../src/authorize/authorization-request.js';
import { nextStep, type Situation } from '../../src/authorize/interaction-policy.js';
import type { AuthorizationInteraction } from '../../src/interaction/interaction.js';
import type { ActiveSession } from '../../src/persistence/stores/sessions.store.js';
import { parseClaimsRequest } from '../../src/protocol/claims-request.js';
import type { Prompt } from '../../src/protocol/prompt.js';

const now = 1_800_000_000;
const session = {
  id: 'session',
  userId: 'alice',
  tokenHash: 'this session',
  acr: 'urn:eyrie:acr:password',
  amr: ['pwd'],
  proofs: [{ method: 'pwd', provenAt: now - 600 }],
  authenticatedAt: now - 600,
  administrator: false,
  locale: null,
} as unknown as ActiveSession;
const administrator: ActiveSession = { ...session, administrator: true };

const request = (changes: Partial<AuthorizationRequest> = {}): AuthorizationRequest =>
  ({
    client: { skipsConsent: false },
    scopes: ['openid', 'contacts.read'],
    authorizationDetails: [],
    prompts: new Set<Prompt>(),
    claims: parseClaimsRequest(undefined),
    maxAge: undefined,
    acr: {},
    hintedSubject: undefined,
    ...changes,
  }) as AuthorizationRequest;
const prompting = (...prompts: Prompt[]): AuthorizationRequest => request({ prompts: new Set(prompts) });

const trusted = (changes: Partial<AuthorizationRequest> = {}): AuthorizationRequest =>
  request({ client: { skipsConsent: true } as AuthorizationRequest['client'], ...changes });

/** The browser has come back from our pages; the interaction began a minute ago. */
const interaction = (changes: Partial<AuthorizationInteraction> = {}): AuthorizationInteraction =>
  ({ kind: 'authorization', startedAt: now - 60, ...changes }) as AuthorizationInteraction;
/** Signed in after the sign-in page was shown. */
const newer: ActiveSession = { ...session, tokenHash: 'new session', authenticatedAt: now - 10 };
const afterSignIn = interaction({ earlierSessionHashes: ['this session'] });

const situation = (changes: Partial<Situation> = {}): Situation => ({
  request: request(),
  session,
  hasOthers: false,
  subject: 'alice',
  interaction: undefined,
  organization: undefined,
  remembered: new Set(['openid', 'contacts.read']),
  rememberedDetails: [],
  person: undefined,
  secondFactor: undefined,
  askedEachTime: false,
  now,
  ...changes,
});
const nobody = { session: undefined, subject: undefined, remembered: new Set<string>() };

const payment = { type: 'payment', amount: 10 };

type Row = [condition: string, changes: Partial<Situation>, outcome: string];

describe('the next step of an authorization request', () => {
  const rows: Row[] = [
    ['with nobody signed in is the sign-in', nobody, 'sign-in'],
    [
      'for one of several organizations is the choice, before consent',
      { organization: { state: 'several' }, remembered: new Set() },
      'select-organization',
    ],
    [
      'for one of several organizations, of a trusted client, is the choice',
      { organization: { state: 'several' }, request: trusted() },
      'select-organization',
    ],
    [
      'for an organization, and a sign-in that is too old, is the sign-in first',
      { organization: { state: 'foreign' }, request: request({ maxAge: 1 }) },
      'sign-in',
    ],
    [
      'for an organization that is found is the response',
      { organization: { state: 'found', organization: { id: 'a', name: 'a', displayName: 'A' } } },
      'issue',
    ],
    ['with a session and remembered consent is the response', {}, 'issue'],
    [
      'with a scope that was not allowed before is the consent page',
      { remembered: new Set(['openid']) },
      'consent',
    ],
    [
      'with a scope that was not allowed before, of a trusted client, is the response',
      { request: trusted(), remembered: new Set() },
      'issue',
    ],
    [
      'with scopes that an administrator allows in place of members is the response',
      { remembered: new Set(), consented: new Set(['openid', 'contacts.read']) },
      'issue',
    ],
    [
      'with scopes that were allowed in part by the person and in part in place of members is the response',
      { remembered: new Set(['openid']), consented: new Set(['contacts.read']) },
      'issue',
    ],
    [
      'with one scope beyond what is allowed in place of members is the consent page',
      { remembered: new Set(), consented: new Set(['contacts.read']) },
      'consent',
    ],
    [
      'with scopes that are allowed in place of members, of a client that is asked for each time, is the consent page',
      { remembered: new Set(), consented: new Set(['openid', 'contacts.read']), askedEachTime: true },
      'consent',
    ],
    [
      'with details beside scopes that are allowed in place of members is the consent page',
      {
        request: request({ authorizationDetails: [payment] }),
        remembered: new Set(),
        consented: new Set(['openid', 'contacts.read']),
      },
      'consent',
    ],
    [
      'of a trusted client that is asked for each time is the consent page',
      { request: trusted(), askedEachTime: true },
      'consent',
    ],
    [
      'with prompt=consent of a trusted client is the consent page',
      { request: trusted({ prompts: new Set(['consent']) }) },
      'consent',
    ],
    [
      'with rights over this server, of a trusted client, is the consent page',
      { request: trusted({ scopes: ['eyrie.users'] }), session: administrator },
      'consent',
    ],
    [
      'with an authorization detail that was allowed before is the response',
      { request: request({ authorizationDetails: [payment] }), rememberedDetails: [payment] },
      'issue',
    ],
    [
      'with another authorization detail is the consent page',
      {
        request: request({ authorizationDetails: [payment, { ...payment, amount: 11 }] }),
        rememberedDetails: [payment],
      },
      'consent',
    ],
    [
      'with an authorization detail, of a trusted client, is the consent page',
      { request: trusted({ authorizationDetails: [payment] }) },
      'consent',
    ],
    [
      'with a new scope and an authorization detail that was allowed before, of a trusted client, is the response',
      {
        request: trusted({ authorizationDetails: [payment] }),
        remembered: new Set(),
        rememberedDetails: [payment],
      },
      'issue',
    ],
    ['with prompt=consent is the consent page', { request: prompting('consent') }, 'consent'],
    [
      'with remembered consent of a client that is asked for each time is the consent page',
      { askedEachTime: true },
      'consent',
    ],
    ['with prompt=create is the sign-up', { ...nobody, request: prompting('create') }, 'sign-up'],
    [
      'with prompt=create is the sign-up, though somebody is signed in',
      { request: prompting('create') },
      'sign-up',
    ],
    [
      'with prompt=create is the response after the sign-in that followed',
      { request: prompting('create'), session: newer, interaction: afterSignIn },
      'issue',
    ],
    ['with prompt=login is the sign-in', { request: prompting('login') }, 'sign-in'],
    [
      'with prompt=login, once signed in anew, is the response',
      { request: prompting('login'), session: newer, interaction: afterSignIn },
      'issue',
    ],
    [
      'with prompt=login and the same session as before is the sign-in again',
      { request: prompting('login'), interaction: afterSignIn },
      'sign-in',
    ],
    [
      'with prompt=login and another, older session is the sign-in again',
      {
        request: prompting('login'),
        session: { ...newer, authenticatedAt: now - 600 },
        interaction: afterSignIn,
      },
      'sign-in',
    ],
    ['with max_age=0 is the sign-in', { request: request({ maxAge: 0 }) }, 'sign-in'],
    ['with a sign-in as old as max_age is the response', { request: request({ maxAge: 600 }) }, 'issue'],
    ['with a sign-in older than max_age is the sign-in', { request: request({ maxAge: 599 }) }, 'sign-in'],
    ['with prompt=select_account is the choice', { request: prompting('select_account') }, 'select-account'],
    [
      'with prompt=select_account and the chosen session is the response',
      {
        request: prompting('select_account'),
        interaction: interaction({ chosenSessionHash: 'this session' }),
      },
      'issue',
    ],
    [
      'with prompt=select_account and another session than the chosen one is the choice',
      {
        request: prompting('select_account'),
        interaction: interaction({ chosenSessionHash: 'old session' }),
      },
      'select-account',
    ],
    [
      'with prompt=select_account after a new sign-in is the response',
      { request: prompting('select_account'), session: newer, interaction: afterSignIn },
      'issue',
    ],
    [
      'with nobody signed in as the current one, and other accounts, is the choice',
      { ...nobody, hasOthers: true },
      'select-account',
    ],
    [
      'with prompt=select_account, other accounts and a session that does not do is the choice first',
      { request: prompting('select_account', 'login'), hasOthers: true },
      'select-account',
    ],
    [
      'with prompt=select_account, other accounts and a chosen session that does not do is the sign-in',
      {
        request: prompting('select_account', 'login'),
        hasOthers: true,
        interaction: interaction({ chosenSessionHash: 'this session' }),
      },
      'sign-in',
    ],
    [
      'with other accounts and a session that does not do is the sign-in',
      { request: request({ maxAge: 1 }), hasOthers: true },
      'sign-in',
    ],
    ['with other accounts and a session that does is the response', { hasOthers: true }, 'issue'],
    ['with login and consent is the sign-in first', { request: prompting('login', 'consent') }, 'sign-in'],
    [
      'with login and consent, once signed in anew, is the consent page',
      { request: prompting('login', 'consent'), session: newer, interaction: afterSignIn },
      'consent',
    ],
    [
      'with an admin scope and an administrator is the consent page',
      { request: request({ scopes: ['eyrie.admin'] }), session: administrator },
      'consent',
    ],
    ['with the user of the hint is the response', { request: request({ hintedSubject: 'alice' }) }, 'issue'],
    [
      'with the user of the claim sub is the response',
      { request: request({ claims: parseClaimsRequest('{"id_token":{"sub":{"value":"alice"}}}') }) },
      'issue',
    ],
    [
      'with prompt=none, a session and remembered consent is the response',
      { request: prompting('none') },
      'issue',
    ],
  ];

  it.each(rows)('%s', (_condition, changes, outcome) => {
    expect(nextStep(situation(changes)).kind).toBe(outcome);
  });

  const errors: Row[] = [
    [
      'for one of several organizations with prompt=none',
      { organization: { state: 'several' }, request: prompting('none') },
      'interaction_required',
    ],
    ["for an organization that is not the person's", { organization: { state: 'foreign' } }, 'access_denied'],
    ['for an organization of a person without any', { organization: { state: 'none' } }, 'access_denied'],
    ['with prompt=none and nobody signed in', { ...nobody, request: prompting('none') }, 'login_required'],
    [
      'with prompt=none and no account the current one',
      { ...nobody, hasOthers: true, request: prompting('none') },
      'account_selection_required',
    ],
    [
      'with prompt=none and a sign-in older than max_age',
      { request: request({ prompts: new Set<Prompt>(['none']), maxAge: 1 }) },
      'login_required',
    ],
    [
      'with prompt=none and a scope that was not allowed before',
      { request: prompting('none'), remembered: new Set(['openid']) },
      'consent_required',
    ],
    [
      'with prompt=none and a client that is asked for each time',
      { request: prompting('none'), askedEachTime: true },
      'consent_required',
    ],
    [
      'with another user than that of the hint',
      { request: request({ hintedSubject: 'bob' }) },
      'login_required',
    ],
    [
      'with another user than that of the claim sub in the ID token',
      { request: request({ claims: parseClaimsRequest('{"id_token":{"sub":{"value":"bob"}}}') }) },
      'login_required',
    ],
    [
      'with another user than that of the claim sub in userinfo',
      { request: request({ claims: parseClaimsRequest('{"userinfo":{"sub":{"value":"bob"}}}') }) },
      'login_required',
    ],
    [
      'with an admin scope and somebody who is no administrator',
      { request: request({ scopes: ['openid', 'eyrie.admin.read'] }) },
      'access_denied',
    ],
  ];

  it.each(errors)('%s is an error', (_condition, changes, code) => {
    expect(() => nextStep(situation(changes))).toThrow(expect.objectContaining({ code }) as Error);
  });
});
