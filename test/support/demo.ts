import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from './server.js';

const root = join(import.meta.dirname, '..', '..');

/** `npm run demo` on free ports. */
export interface Demo {
  readonly issuer: string;
  /** Where ContactSaver answers. */
  readonly contactsUrl: string;
  /** What it tells people to open, and to sign in with. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Where the mail that Eyrie sends is shown. */
  readonly mailboxUrl: string;
  /** Ends it as Ctrl-C does; gives back the exit code. */
  stop(): Promise<number | null>;
}

/** Builds what is not built yet: the demo runs the very files that are started in production. */
export async function buildEverything(): Promise<void> {
  await promisify(execFile)(process.execPath, ['scripts/prepare.mjs', 'build'], { cwd: root });
}

/** Which of the demos runs. */
export type DemoName = 'story' | 'directory';

/** Runs the demo's script. @param environment its ports */
export function spawnDemo(environment: Record<string, string>, which: DemoName = 'story'): ChildProcess {
  const { NODE_OPTIONS: _jestOwn, ...inherited } = process.env;
  return spawn(process.execPath, ['scripts/demo.mjs', which], {
    cwd: root,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The demo, once it has printed all that it tells people. */
export async function startDemo(which?: DemoName): Promise<Demo> {
  const [eyrie, contactSaver, messageWriter, mailbox, smtp, contactsMcp, acme, globex] = await Promise.all(
    Array.from({ length: 8 }, () => freePort()),
  );
  const ports = {
    PORT: String(eyrie),
    CONTACT_SAVER_PORT: String(contactSaver),
    MESSAGE_WRITER_PORT: String(messageWriter),
    MAILBOX_PORT: String(mailbox),
    MAILBOX_SMTP_PORT: String(smtp),
    CONTACTS_MCP_PORT: String(contactsMcp),
    ACME_PORT: String(acme),
    GLOBEX_PORT: String(globex),
  };
  const demo = spawnDemo(ports, which);
  const complaints = textOf(demo.stderr);
  const told = new Map<string, string>();
  for await (const line of createInterface({ input: demo.stdout! })) {
    const [, name, value] = /^(\w+) +(\S+)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) told.set(name, value);
    if (line.includes('Ctrl-C')) break;
  }
  const [url, username, password, mailboxUrl] = ['Open', 'Username', 'Password', 'Mailbox'].map((name) =>
    told.get(name),
  );
  if (!url || !username || !password || !mailboxUrl)
    throw new Error(`the demo did not start: ${await complaints}`);
  return {
    issuer: `http://localhost:${eyrie}`,
    contactsUrl: `http://127.0.0.1:${contactSaver}/contacts`,
    url,
    username,
    password,
    mailboxUrl,
    async stop() {
      if (demo.exitCode === null) {
        demo.kill('SIGINT');
        await once(demo, 'exit');
      }
      return demo.exitCode;
    },
  };
}

/** All that a stream carries until it ends. */
export async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}
