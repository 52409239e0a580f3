import { Injectable } from '@nestjs/common';

export interface Contact {
  readonly name: string;
  readonly email: string;
}

const firstContacts: readonly Contact[] = [
  { name: 'Bob Baker', email: 'bob@example.com' },
  { name: 'Carol Chen', email: 'carol@example.com' },
];

/** The contacts of each person, in memory. */
@Injectable()
export class Contacts {
  private readonly byOwner = new Map<string, Contact[]>();

  /** @param owner the subject of the token, never a value from the request */
  of(owner: string): Contact[] {
    const contacts = this.byOwner.get(owner) ?? [...firstContacts];
    this.byOwner.set(owner, contacts);
    return contacts;
  }
}
