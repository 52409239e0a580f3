/** The settings of the application, from environment variables. */
export interface Settings {
  readonly port: number;
  /** The origin of this application. Its `/callback` is the redirection URI that is registered at Eyrie. */
  readonly origin: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The URL of ContactSaver's contacts. */
  readonly contactsUrl: string;
}

/** @throws Error naming the variable that is missing */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const clientSecret = environment.MESSAGE_WRITER_SECRET;
  if (!clientSecret) {
    throw new Error('MESSAGE_WRITER_SECRET is not set: set it to the secret of the client message-writer');
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
