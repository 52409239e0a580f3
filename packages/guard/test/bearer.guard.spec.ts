import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ContactsApp, startContacts } from './support/contacts-app.js';
import { AUDIENCE, LocalIssuer } from './support/local-issuer.js';

describe('BearerGuard on Fastify', () => {
  let issuer: LocalIssuer;
  let contacts: ContactsApp;

  beforeAll(async () => {
    issuer = await LocalIssuer.start();
    contacts = await startContacts({ issuer: issuer.url, audience: AUDIENCE, realm: 'contacts' });
  });

  afterAll(async () => {
    await contacts.app.close();
    await issuer.close();
  });

  it('a good token passes and reaches the handler', async () => {
    const token = await issuer.mint();
    const response = await fetch(`${contacts.url}/contacts`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ of: 'alice' });
  });
});
