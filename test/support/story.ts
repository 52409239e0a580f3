import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as client from 'openid-client';
import type { TestBrowser } from './browser.js';
import { alice } from './server.js';
import { walk } from './walk.js';

/** Made up for this run, so that it is found in no text by chance. */
export const clientSecret = randomBytes(24).toString('hex');
/** How MessageWriter authenticates. */
export const storyAuthorization = `Basic ${Buffer.from(`message-writer:${clientSecret}`).toString('base64')}`;
const redirectUri = 'https://writer.example.com/callback';

/** The story of Alice and MessageWriter as a file that a server applies at start. */
export class StoryFile {
  private constructor(private readonly folder: string) {}

  static async create(): Promise<StoryFile> {
    const folder = await mkdtemp(join(tmpdir(), 'eyrie-story-'));
    const story = {
      clients: [
        {
          client_id: 'message-writer',
          client_secret: clientSecret,
          redirect_uris: [redirectUri],
          grant_types: ['authorization_code', 'refresh_token'],
          scope: 'openid profile offline_access',
        },
      ],
      users: [alice],
    };
    await writeFile(join(folder, 'eyrie.yaml'), JSON.stringify(story));
    return new StoryFile(folder);
  }

  get path(): string {
    return join(this.folder, 'eyrie.yaml');
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** MessageWriter, as openid-client plays it. */
export async function messageWriter(issuer: string): Promise<client.Configuration> {
  return client.discovery(
    new URL(issuer),
    'message-writer',
    undefined,
    client.ClientSecretBasic(clientSecret),
    { execute: [client.allowInsecureRequests] },
  );
}

/** A code, and what it is redeemed with. */
export interface Authorized {
  readonly code: string;
  readonly verifier: string;
  readonly response: URL;
}

/** Alice signs in, where she is not, and allows what MessageWriter asks for. */
export async function authorize(config: client.Configuration, browser: TestBrowser): Promise<Authorized> {
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid profile offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    prompt: 'consent',
  });
  const response = new URL((await walk(browser, url.href)).url);
  return { code: response.searchParams.get('code') ?? '', verifier, response };
}

/** What a token endpoint answered. */
export interface Answer {
  readonly status: number;
  readonly body: { readonly access_token?: string; readonly refresh_token?: string; readonly error?: string };
}

/** Redeems a code at any one of several replicas. */
export function redeem(replica: string, { code, verifier }: Authorized): Promise<Answer> {
  return post(replica, {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
  });
}

export function refresh(replica: string, refreshToken: string): Promise<Answer> {
  return post(replica, { grant_type: 'refresh_token', refresh_token: refreshToken });
}

async function post(replica: string, fields: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${replica}/token`, {
    method: 'POST',
    headers: { authorization: storyAuthorization },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}
