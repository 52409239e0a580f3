import type {
  AccountPage,
  ConfirmSignOutPage,
  ConsentPage,
  DeviceConfirmPage,
  DevicePage,
  ErrorPage,
  FormPostPage,
  HomePage,
  MessagePage,
  NewPasswordPage,
  Pages,
  SelectAccountPage,
  SignedOutPage,
  SignInPage,
} from '../../src/views/page-models.js';

/** One model a page, with every optional field filled in. */
export const samples = {
  'sign-in': {
    csrfToken: 'csrf-1',
    interaction: 'sealed-request',
    clientName: 'MessageWriter',
    username: 'alice',
    error: 'The username or the password is not right.',
    retryAfterSeconds: 90,
  } satisfies SignInPage,
  'new-password': {
    csrfToken: 'csrf-1',
    interaction: 'sealed-request',
    proof: 'sealed-proof',
    username: 'alice',
    error: 'The new password is a common password.',
    retryAfterSeconds: 90,
  } satisfies NewPasswordPage,
  consent: {
    csrfToken: 'csrf-1',
    interaction: 'sealed-request',
    clientName: 'MessageWriter',
    clientUri: 'https://writer.example.com/',
    logoUri: 'https://writer.example.com/logo.png',
    policyUri: 'https://writer.example.com/privacy',
    tosUri: 'https://writer.example.com/terms',
    redirectHost: '127.0.0.1:4000',
    userName: 'Alice Adams',
    scopes: [
      { name: 'openid', description: 'Know who you are', required: true, remembered: true },
      { name: 'contacts.read', description: 'Read your contacts', required: false, remembered: true },
      { name: 'contacts.write', description: 'Change your contacts', required: false, remembered: false },
    ],
  } satisfies ConsentPage,
  device: {
    csrfToken: 'csrf-1',
    userCode: 'WDJB-MJHT',
    error: 'This code is wrong.',
    retryAfterSeconds: 90,
  } satisfies DevicePage,
  'device-confirm': {
    csrfToken: 'csrf-1',
    interaction: 'sealed-request',
    userCode: 'WDJB-MJHT',
    clientName: 'LivingRoomScreen',
    clientUri: 'https://screen.example.com/',
    logoUri: 'https://screen.example.com/logo.png',
    policyUri: 'https://screen.example.com/privacy',
    tosUri: 'https://screen.example.com/terms',
    userName: 'Alice Adams',
    scopes: [
      { name: 'openid', description: 'Know who you are', required: true, remembered: true },
      { name: 'contacts.read', description: 'Read your contacts', required: false, remembered: false },
    ],
  } satisfies DeviceConfirmPage,
  'select-account': {
    csrfToken: 'csrf-1',
    interaction: 'sealed-request',
    clientName: 'MessageWriter',
    userName: 'Alice Adams',
    username: 'alice',
  } satisfies SelectAccountPage,
  account: {
    csrfToken: 'csrf-1',
    user: { name: 'Alice Adams', username: 'alice', email: 'alice@example.com' },
    notice: 'PhotoPrinter no longer has access.',
    grants: [
      {
        consentId: 'consent-1',
        clientId: 'message-writer',
        clientName: 'MessageWriter',
        scopes: [{ name: 'contacts.read', description: 'Read your contacts' }],
        since: new Date('2026-11-20T08:03:00Z'),
        lastUsed: new Date('2026-11-21T14:05:09Z'),
      },
    ],
    sessions: [
      {
        id: 'session-1',
        current: true,
        since: new Date('2026-11-21T08:00:00Z'),
        lastSeen: new Date('2026-11-21T14:00:00Z'),
        address: '192.0.2.7',
        userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
      },
      {
        id: 'session-2',
        current: false,
        since: new Date('2026-10-01T08:00:00Z'),
        lastSeen: new Date('2026-10-02T14:00:00Z'),
      },
    ],
  } satisfies AccountPage,
  error: {
    title: 'This request cannot go on',
    code: 'invalid_request',
    message: 'The redirection URI is not registered for this client.',
    reference: 'request-17',
  } satisfies ErrorPage,
  'form-post': {
    action: 'https://writer.example.com/callback',
    fields: { code: 'code-1', state: 'state-1', iss: 'http://localhost:3000' },
    nonce: 'nonce-1',
    clientName: 'MessageWriter',
  } satisfies FormPostPage,
  home: {
    issuer: 'http://localhost:3000',
    user: { name: 'Alice Adams' },
    links: [
      { href: '/account', label: 'Your account', description: 'See what you granted.' },
      {
        href: 'https://docs.example.com/',
        label: 'Documentation',
        description: 'How to register a client.',
      },
    ],
  } satisfies HomePage,
  'confirm-sign-out': {
    csrfToken: 'csrf-1',
    request: 'sealed-logout',
    clientName: 'MessageWriter',
    userName: 'Alice Adams',
  } satisfies ConfirmSignOutPage,
  'signed-out': {
    clientName: 'MessageWriter',
    returnTo: 'https://writer.example.com/bye?state=state-1',
    frames: ['https://writer.example.com/frame?sid=session-1'],
  } satisfies SignedOutPage,
  message: {
    title: 'Nothing to do here',
    text: 'This form is too old.',
    links: [{ href: '/', label: 'Start again' }],
  } satisfies MessagePage,
} satisfies Pages;

export type PageName = keyof typeof samples;
