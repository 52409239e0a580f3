import {
  type AccessToken,
  Public,
  RequireAcr,
  RequireAnyScope,
  RequireClaims,
  RequireScopes,
  Subject,
  Token,
} from '@eyrie/guard';
import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { type Contact, Contacts } from './contacts.js';
import { NewContact } from './new-contact.dto.js';

/** A client that acts for itself (`client_credentials`) has no contacts: its tokens name itself as their subject. */
function actsForSomebody({ subject, clientId }: AccessToken): boolean {
  return subject !== clientId;
}

/**
 * The contacts of whoever let the caller in. What the class asks for and what a handler asks for add up; a handler runs
 * only when the guard has found all of it in a good token.
 */
@RequireClaims(actsForSomebody)
@Controller('contacts')
export class ContactsController {
  constructor(private readonly contacts: Contacts) {}

  @RequireScopes('contacts.read')
  @Get()
  list(@Subject() owner: string): readonly Contact[] {
    return this.contacts.of(owner);
  }

  /** Whoever may read them or change them may know how many there are. */
  @RequireAnyScope('contacts.read', 'contacts.write')
  @Get('count')
  count(@Subject() owner: string): { count: number } {
    return { count: this.contacts.of(owner).length };
  }

  @RequireScopes('contacts.write')
  @Post()
  add(@Token() token: AccessToken, @Body() { name, email }: NewContact): Contact {
    const contact = { name, email, addedBy: token.clientId };
    this.contacts.add(token.subject, contact);
    return contact;
  }

  /** Step-up (RFC 9470): the owner must have signed in within five minutes; the challenge tells the client so. */
  @RequireScopes('contacts.delete')
  @RequireAcr('urn:eyrie:acr:password', { maxAge: 300 })
  @HttpCode(204)
  @Delete()
  clear(@Subject() owner: string): void {
    this.contacts.clear(owner);
  }

  @Public()
  @Get('about')
  about(): { name: string; documentation: string } {
    return { name: 'ContactSaver', documentation: '/docs' };
  }
}
