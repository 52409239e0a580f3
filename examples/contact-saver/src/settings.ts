/** What the service runs with, from the environment. */
export interface Settings {
  readonly port: number;
  /** Who issues the tokens: its origin, exactly as its metadata spells it. */
  readonly issuer: string;
  /** This service's own credentials at the issuer, with which it asks about opaque tokens. */
  readonly clientId: string;
  readonly clientSecret: string;
}

/** @throws Error naming the variable that is missing */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const clientSecret = environment.CONTACT_SAVER_SECRET;
  if (!clientSecret) {
    throw new Error(
      'CONTACT_SAVER_SECRET is not set: give it the secret with which the client contact-saver is registered',
    );
  }
  return {
    port: Number(environment.PORT ?? 4001),
    issuer: environment.ISSUER ?? 'http://localhost:3000',
    clientId: 'contact-saver',
    clientSecret,
  };
}
