/** The settings of the service, from environment variables. */
export interface Settings {
  readonly port: number;
  /** The issuer whose tokens are accepted, exactly as in its metadata. */
  readonly issuer: string;
  /** This service's credentials at the issuer, for introspection and the revocation feed. */
  readonly clientId: string;
  readonly clientSecret: string;
}

/** @throws Error naming the variable that is missing */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const clientSecret = environment.CONTACT_SAVER_SECRET;
  if (!clientSecret) {
    throw new Error('CONTACT_SAVER_SECRET is not set: set it to the secret of the client contact-saver');
  }
  return {
    port: Number(environment.PORT ?? 4001),
    issuer: environment.ISSUER ?? 'http://localhost:3000',
    clientId: 'contact-saver',
    clientSecret,
  };
}
