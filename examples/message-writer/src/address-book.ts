import type { Authorization } from './authorization.js';
import { readContacts, TokenRefused } from './contact-saver.js';
import { AccessEnded } from './problem.js';
import type { Session } from './sessions.js';

const mostSteps = 8;

/** What a person does here: connect, read, refresh, disconnect. Each changes the session, and notes in it what happened. */
export class AddressBook {
  constructor(
    private readonly authorization: Authorization,
    private readonly contactsUrl: string,
  ) {}

  /** @returns where to send the browser */
  async begin(session: Session): Promise<string> {
    const { url, pending } = await this.authorization.begin();
    session.pending = pending;
    return url;
  }

  /**
   * @param callback the address at which the browser came back
   * @throws Problem
   */
  async connect(session: Session, callback: URL): Promise<void> {
    const { pending } = session;
    if (!pending) return;
    session.pending = undefined; // an answer counts once
    session.connection = await this.authorization.finish(callback, pending);
    note(session, 'Traded the code for an access token');
    await this.read(session);
  }

  /**
   * An access token that ContactSaver refuses has expired, or was withdrawn: the refresh token tells which.
   * @throws AccessEnded it was withdrawn
   */
  async read(session: Session): Promise<void> {
    try {
      await this.fetchContacts(session);
    } catch (refused) {
      if (!(refused instanceof TokenRefused)) throw refused;
      await this.refresh(session).catch((error: unknown) => {
        throw error instanceof AccessEnded ? new AccessEnded([...refused.details, ...error.details]) : error;
      });
      await this.fetchContacts(session);
    }
  }

  /** @throws AccessEnded */
  async refresh(session: Session): Promise<void> {
    if (!session.connection) return;
    session.connection = await this.authorization.refresh(session.connection);
    note(session, 'Refreshed: Eyrie gave a new access token');
  }

  async disconnect(session: Session): Promise<void> {
    if (!session.connection) return;
    await this.authorization.end(session.connection);
    session.connection = undefined;
    session.contacts = [];
    note(session, 'Disconnected: MessageWriter has given its tokens back and forgotten your contacts');
  }

  private async fetchContacts(session: Session): Promise<void> {
    if (!session.connection) return;
    session.contacts = await readContacts(this.contactsUrl, session.connection.accessToken);
    note(session, `ContactSaver answered with ${session.contacts.length} contacts`);
  }
}

function note(session: Session, text: string): void {
  session.steps = [{ at: new Date(), text }, ...session.steps].slice(0, mostSteps);
}
