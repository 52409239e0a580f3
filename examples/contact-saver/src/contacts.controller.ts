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

/** Whether the token acts for a person. A client that acts for itself (`client_credentials`) is its own subject, and has no contacts. */
function actsForPerson({ subject, clientId }: AccessToken): boolean {
  return subject !== clientId;
}

/**
 * The contacts of the person for whom the token acts. The requirements of the class and of a handler add up. A handler runs only if the
 * guard has verified the token and it meets all of them.
 */
@RequireClaims(actsForPerson)
@Controller('contacts')
export class ContactsController {
  constructor(private readonly contacts: Contacts) {}

  @RequireScopes('contacts.read')
  @Get()
  list(@Subject() owner: string): readonly Contact[] {
    return this.contacts.list(owner);
  }

  /** Clients that may read or change contacts may also know how many there are. */
  @RequireAnyScope('contacts.read', 'contacts.write')
  @Get('count')
  count(@Subject() owner: string): { count: number } {
    return { count: this.contacts.list(owner).length };
  }

  @RequireScopes('contacts.write')
  @Post()
  add(@Token() token: AccessToken, @Body() { name, email }: NewContact): Contact {
    const contact = { name, email, addedBy: token.clientId };
    this.contacts.add(token.subject, contact);
    return contact;
  }

  /** Step-up authentication (RFC 9470): the owner must have signed in within the last five minutes. Otherwise the challenge says so. */
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
