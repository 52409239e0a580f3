// Runs the story until Ctrl-C: Eyrie, ContactSaver (a protected resource), MessageWriter (a client), an MCP server for
// agents, and a mailbox for its people.
//
//   npm run demo                   Alice's account is Eyrie's own
//   npm run demo -- directory      beside her there are people of companies, with an identity provider or directory of their own
//
//   PORT                  Eyrie's port, by default 3000
//   CONTACT_SAVER_PORT    by default 4001
//   MESSAGE_WRITER_PORT   by default 4000
//   MAILBOX_PORT          where the mailbox shows mail, by default 4002
//   MAILBOX_SMTP_PORT     where it takes mail, by default 4003
//   CONTACTS_MCP_PORT     where agents find the contacts, by default 4004
//   ACME_PORT             where Acme signs its people in, by default 4005
//   GLOBEX_PORT           where Globex does, by default 4006
//   ALICE_PASSWORD        by default random at each start
//
// Each start uses a new database, in a temporary folder that is removed at the end.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { companiesDemo } from './demo-companies/services.mjs';
import { servicesOfTheStory } from './demo-services.mjs';
import { Problem } from './problem.mjs';

const root = dirname(import.meta.dirname);
const startTimeoutMs = 60_000;
const endTimeoutMs = 5_000;

const folder = mkdtempSync(join(tmpdir(), 'eyrie-demo-'));
const children = [];
const demos = { story: servicesOfTheStory, directory: companiesDemo };
let endDemo;

// Aborted when everything must end. The reason is an interruption or an error.
const over = new AbortController();
const interruption = new Error('interrupted');
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => over.abort(interruption));

try {
  await runUntilOver(process.env.ALICE_PASSWORD || randomBytes(9).toString('base64url'));
} catch (error) {
  over.abort(error);
  if (error !== interruption) {
    console.error(error instanceof Problem ? error.message : error);
    process.exitCode = 1;
  }
} finally {
  await Promise.all(children.map(end));
  endDemo?.();
  rmSync(folder, { recursive: true, force: true });
}

async function runUntilOver(password) {
  const [demo = 'story'] = process.argv.slice(2);
  if (!Object.hasOwn(demos, demo))
    throw new Problem(`There is no demo "${demo}": the demos are ${Object.keys(demos).join(' and ')}`);
  const { services, lines, end: endAll } = await demos[demo](folder, password);
  endDemo = endAll;
  for (const { name, ports } of services) for (const port of ports) await checkPort(name, port);
  // One after the other: each needs the one before it.
  for (const service of services) {
    start(service);
    await waitUntilItAnswers(service);
  }

  console.log(`\n${lines.join('\n')}\n\nCtrl-C ends the demo.`);
  over.signal.throwIfAborted();
  await once(over.signal, 'abort');
  throw over.signal.reason;
}

/** Browsers try both addresses of `localhost`, so another program on either would receive their requests. */
async function checkPort(name, { number, setting }) {
  for (const host of ['127.0.0.1', '::1']) {
    const probe = createServer().listen(number, host);
    try {
      await once(probe, 'listening');
    } catch (error) {
      // On a machine without IPv6, no program can listen there.
      if (!['EADDRINUSE', 'EACCES'].includes(error.code)) continue;
      const why = error.code === 'EADDRINUSE' ? 'is in use' : 'may not be used';
      throw new Problem(
        `Port ${number} ${why}, and ${name} needs it: stop the program that uses it, or choose another port with ${setting}=…`,
      );
    } finally {
      if (probe.listening) await new Promise((resolve) => probe.close(resolve));
    }
  }
}

/** Starts a service. If it ends early, the demo ends. The service prints the reason on our standard error. */
function start({ name, script, environment }) {
  const child = spawn(process.execPath, ['--enable-source-maps', join(root, script)], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.push(child);
  child.once('error', (error) => over.abort(new Problem(`${name} cannot be run: ${error.message}`)));
  child.once('exit', () => over.abort(new Problem(`${name} has ended, so the demo ends too.`)));
}

async function waitUntilItAnswers({ name, probe }) {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    over.signal.throwIfAborted();
    try {
      const { status } = await fetch(probe, { signal: AbortSignal.timeout(2_000) });
      if (status < 500) return;
    } catch {
      // It does not listen yet.
    }
    await pause(50);
  }
  throw new Problem(`${name} does not answer at ${probe}`);
}

async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  child.kill();
  const timer = setTimeout(() => child.kill('SIGKILL'), endTimeoutMs);
  await ended;
  clearTimeout(timer);
}
