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

/** Everybody's contacts, in memory. Whoever asks for the first time has a few, so that there is something to see. */
@Injectable()
export class Contacts {
  private readonly byOwner = new Map<string, Contact[]>();

  /** @param owner the subject of the token: whose contacts they are is never taken from the request */
  of(owner: string): readonly Contact[] {
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
