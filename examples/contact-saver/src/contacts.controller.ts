import { type AccessToken, RequireScopes, Token } from '@eyrie/guard';
import { Body, Controller, Get, Post } from '@nestjs/common';
import { type Contact, Contacts } from './contacts.js';
import { NewContact } from './new-contact.dto.js';

/** The contacts of whoever let the caller in. A handler runs only when the guard has found its scope in a good token. */
@Controller('contacts')
export class ContactsController {
  constructor(private readonly contacts: Contacts) {}

  @RequireScopes('contacts.read')
  @Get()
  list(@Token() token: AccessToken): readonly Contact[] {
    return this.contacts.of(token.subject);
  }

  @RequireScopes('contacts.write')
  @Post()
  add(@Token() token: AccessToken, @Body() { name, email }: NewContact): Contact {
    const contact = { name, email };
    this.contacts.add(token.subject, contact);
    return contact;
  }
}
