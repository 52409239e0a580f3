/** The settings of the service, from environment variables. */
export interface Settings {
  readonly port: number;
  /** The issuer whose tokens are accepted, exactly as in its metadata. */
  readonly issuer: string;
  /** The URL of the MCP server as its clients know it: the only audience of its tokens. */
  readonly url: string;
}

export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const port = Number(environment.PORT ?? 4004);
  return {
    port,
    issuer: environment.ISSUER ?? 'http://localhost:3000',
    url: environment.MCP_URL ?? `http://127.0.0.1:${port}/mcp`,
  };
}
