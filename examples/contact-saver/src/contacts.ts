import { Injectable } from '@nestjs/common';

export interface Contact {
  readonly name: string;
  readonly email: string;
  /** The client that added it. */
  readonly addedBy?: string;
}

const firstContacts: readonly Contact[] = [
  { name: 'Bob Baker', email: 'bob@example.com' },
  { name: 'Carol Chen', email: 'carol@example.com' },
  { name: 'Dave Díaz', email: 'dave@example.com' },
];

/** All contacts, in memory. Each owner begins with a few contacts, so that there is something to see. */
@Injectable()
export class Contacts {
  private readonly byOwner = new Map<string, Contact[]>();

  /** @param owner the subject of the token, never a value from the request */
  list(owner: string): readonly Contact[] {
    return this.owned(owner);
  }

  add(owner: string, contact: Contact): void {
    this.owned(owner).push(contact);
  }

  clear(owner: string): void {
    this.byOwner.set(owner, []);
  }

  private owned(owner: string): Contact[] {
    const contacts = this.byOwner.get(owner) ?? [...firstContacts];
    this.byOwner.set(owner, contacts);
    return contacts;
  }
}
