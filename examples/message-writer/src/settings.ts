/** What the application runs with, from the environment. */
export interface Settings {
  readonly port: number;
  /** Where people reach this application; `/callback` below it is registered at Eyrie. */
  readonly origin: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where ContactSaver answers with the contacts. */
  readonly contactsUrl: string;
}

/** @throws Error naming the variable that is missing */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const clientSecret = environment.MESSAGE_WRITER_SECRET;
  if (!clientSecret) {
    throw new Error(
      'MESSAGE_WRITER_SECRET is not set: give it the secret with which the client message-writer is registered',
    );
  }
  const port = Number(environment.PORT ?? 4000);
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    issuer: environment.ISSUER ?? 'http://localhost:3000',
    clientId: 'message-writer',
    clientSecret,
    contactsUrl: environment.CONTACTS_URL ?? 'http://127.0.0.1:4001/contacts',
  };
}
