import pLimit from 'p-limit';
import { endpoints } from '../../src/config/endpoints.js';
import { alice, startServer, type TestServer } from '../support/server.js';
import { RelyingParty } from '../support/relying-party.js';
import { gatherMaterial } from './fuzz/material.js';
import { mutated } from './fuzz/mutations.js';
import { Random } from './fuzz/random.js';
import { announcedPaths, findTargets, type Target } from './fuzz/targets.js';
import { Wire, type WireRequest } from './fuzz/wire.js';

const seed = 20_261_121;
const requests = 5_000;
/** What the requests use up is there again in every round. */
const rounds = 20;
const concurrency = 8;
/** Milliseconds that an answer may take when nothing else is asked: one that was slow among others is asked again alone. */
const longest = 2_000;

/** What is off by default. */
const everyEndpoint = {
  EYRIE_REGISTRATION: 'open',
  EYRIE_SESSION_MANAGEMENT: 'on',
  EYRIE_METRICS: 'token',
  // Nobody listens there.
  EYRIE_MAIL_URL: 'smtp://127.0.0.1:1',
  EYRIE_MAIL_FROM: 'no-reply@id.example.com',
  EYRIE_SIGN_UP: 'open',
  EYRIE_ACCOUNT_DELETION: '14d',
};

describe('Bad input', () => {
  let server: TestServer;
  let wire: Wire;
  let targets: Target[];

  beforeAll(async () => {
    server = await startServer(everyEndpoint);
    wire = new Wire(Number(new URL(server.issuer).port), concurrency);
    await server.createUser(alice);
    targets = await findTargets(server);
  });
  afterAll(async () => {
    wire.close();
    await server.stop();
  });

  it('is sent to every endpoint that both discovery documents and the OpenAPI document name', async () => {
    const reached = new Set(targets.map(({ path }) => path));
    const announced = await announcedPaths(server);
    expect(announced.size).toBeGreaterThan(30);
    expect([...announced, ...Object.values(endpoints)].filter((path) => !isReached(path, reached))).toEqual(
      [],
    );
  });

  it(`${requests} mutated requests to every endpoint get no 5xx and no answer that hangs, and the flow works afterwards`, async () => {
    const random = new Random(seed);
    const gate = pLimit(concurrency);
    const wrong: string[] = [];
    const statuses = new Set<number>();
    const tried = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      const material = await gatherMaterial(server, String(round));
      const made = Array.from({ length: requests / rounds }, () => {
        const target = random.pick(targets);
        tried.add(keyOf(target));
        return mutated(target, random, material);
      });
      const slow: WireRequest[] = [];
      const send = async (request: WireRequest): Promise<void> => {
        const { status, problem, milliseconds = 0 } = await outcomeOf(wire, request);
        if (status !== undefined) statuses.add(status);
        if (problem !== undefined) wrong.push(`${problem}: ${show(request)}`);
        else if (milliseconds > longest) slow.push(request);
      };
      await Promise.all(made.map((request) => gate(() => send(request))));
      for (const request of slow) {
        const { milliseconds = 0 } = await outcomeOf(wire, request);
        if (milliseconds > longest) wrong.push(`${Math.round(milliseconds)} ms: ${show(request)}`);
      }
      // Failed sign-ins are forgotten by then.
      server.clock.advance(900);
    }

    expect(wrong).toEqual([]);
    expect([...tried].toSorted()).toEqual([...new Set(targets.map(keyOf))].toSorted());
    // They are not all turned away at the door.
    expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 204, 303, 400, 401, 403, 404, 405, 413]));
    await happyFlow(server);
  }, 300_000);
});

const keyOf = ({ method, path }: Target): string => `${method} ${path}`;

/** Whether a route leads there, or stands below it. */
const isReached = (path: string, routes: ReadonlySet<string>): boolean =>
  [...routes].some((route) => route === path || route.startsWith(`${path}/`) || matches(route, path));

const matches = (route: string, path: string): boolean =>
  route.endsWith('/{file}') && path.startsWith(route.slice(0, -'{file}'.length));

/** How the server took a request. */
async function outcomeOf(
  wire: Wire,
  request: WireRequest,
): Promise<{ status?: number; problem?: string; milliseconds?: number }> {
  try {
    const { status, text, milliseconds } = await wire.exchange(request);
    return status >= 500 ? { status, problem: `${status} ${text.slice(0, 300)}` } : { status, milliseconds };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function show({ method, path, headers, body }: WireRequest): string {
  const sent =
    body === undefined ? '' : ` ${body.length} bytes: ${JSON.stringify(body.toString().slice(0, 300))}`;
  return `${method} ${path.slice(0, 400)} ${JSON.stringify(headers).slice(0, 400)}${sent}`;
}

async function happyFlow(server: TestServer): Promise<void> {
  const party = await RelyingParty.register(server);
  const tokens = await party.tokens();
  expect((await party.userinfo(tokens.access_token)).body).toMatchObject({ name: 'Alice' });
  const refreshed = await party.refresh(tokens.refresh_token);
  expect((await party.introspect(refreshed.body.access_token)).status).toBe(200);
  expect((await party.revoke(refreshed.body.refresh_token)).status).toBe(200);
  expect((await party.userinfo(refreshed.body.access_token)).status).toBe(401);
}
