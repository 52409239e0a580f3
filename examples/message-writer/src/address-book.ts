import type { Authorization } from './authorization.js';
import { readContacts, TokenRefused } from './contact-saver.js';
import { AccessEnded } from './problem.js';
import type { Session } from './sessions.js';

const maxSteps = 8;

/** The actions of a person: connect, read, refresh, disconnect. Each changes the session and adds to its list of steps. */
export class AddressBook {
  constructor(
    private readonly authorization: Authorization,
    private readonly contactsUrl: string,
  ) {}

  /** @returns the URL to which the browser is redirected */
  async begin(session: Session): Promise<string> {
    const { url, pending } = await this.authorization.begin();
    session.pending = pending;
    return url;
  }

  /**
   * @param callback the URL at which the browser came back
   * @throws Problem
   */
  async connect(session: Session, callback: URL): Promise<void> {
    const { pending } = session;
    if (!pending) return;
    session.pending = undefined; // a response is accepted only once
    session.connection = await this.authorization.finish(callback, pending);
    note(session, 'Exchanged the code for an access token');
    await this.read(session);
  }

  /**
   * Reads the contacts. If ContactSaver refuses the access token, it has expired or was revoked. A refresh shows which.
   * @throws AccessEnded if access was withdrawn
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
    note(session, 'Refreshed: Eyrie issued a new access token');
  }

  async disconnect(session: Session): Promise<void> {
    if (!session.connection) return;
    await this.authorization.end(session.connection);
    session.connection = undefined;
    session.contacts = [];
    note(session, 'Disconnected: MessageWriter has revoked its tokens and deleted your contacts');
  }

  private async fetchContacts(session: Session): Promise<void> {
    if (!session.connection) return;
    session.contacts = await readContacts(this.contactsUrl, session.connection.accessToken);
    note(session, `ContactSaver answered with ${session.contacts.length} contacts`);
  }
}

function note(session: Session, text: string): void {
  session.steps = [{ at: new Date(), text }, ...session.steps].slice(0, maxSteps);
}
