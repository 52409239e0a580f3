import cookie from '@fastify/cookie';
import { readFileSync } from 'node:fs';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { AddressBook } from './address-book.js';
import { Authorization } from './authorization.js';
import { connectedPage, problemPage, welcomePage } from './pages.js';
import { AccessEnded, Problem } from './problem.js';
import { type Session, Sessions } from './sessions.js';
import type { Settings } from './settings.js';

const styleSheet = readFileSync(new URL('../public/style.css', import.meta.url));
const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** The application, ready to listen. */
export async function createServer(settings: Settings): Promise<FastifyInstance> {
  const addressBook = new AddressBook(new Authorization(settings), settings.contactsUrl);
  const sessions = new Sessions();
  const accountUrl = new URL('/account', settings.issuer).href;
  const server = fastify({ forceCloseConnections: 'idle' });
  await server.register(cookie);

  // The forms here are only buttons, so their bodies are not read.
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, _body, done) => done(null),
  );
  server.addHook('onRequest', async (request) => {
    if (request.method === 'POST' && request.headers.origin !== settings.origin) {
      throw new Problem(
        403,
        'This came from another site',
        'MessageWriter accepts forms of its own pages only.',
      );
    }
  });
  server.setErrorHandler((error, request, reply) => {
    if (error instanceof AccessEnded) sessions.end(request, reply);
    const problem = error instanceof Problem ? error : unexpected(request, error);
    sendPage(reply.code(problem.status), problemPage(problem));
  });
  server.setNotFoundHandler(() => {
    throw new Problem(404, 'Page not found', 'MessageWriter has no such page.');
  });

  server.get('/', async (request, reply) => {
    const { connection, contacts, steps } = sessions.find(request);
    return sendPage(
      reply,
      connection ? connectedPage({ connection, contacts, steps, accountUrl }) : welcomePage(steps[0]?.text),
    );
  });

  server.get('/connect', async (request, reply) => {
    const session = sessions.begin(request, reply);
    return reply.redirect(await addressBook.begin(session), 303);
  });

  server.get('/callback', async (request, reply) => {
    const session = sessions.find(request);
    if (!session.pending && !session.connection) {
      throw new Problem(
        400,
        'This response was not expected',
        'It took too long, or was received twice. Start again.',
      );
    }
    sessions.renew(request, reply, session);
    await addressBook.connect(session, new URL(request.url, settings.origin));
    return reply.redirect('/', 303);
  });

  const buttons: Readonly<Record<string, (session: Session) => Promise<void>>> = {
    '/contacts/read': (session) => addressBook.read(session),
    '/refresh': (session) => addressBook.refresh(session),
    '/disconnect': (session) => addressBook.disconnect(session),
  };
  for (const [path, press] of Object.entries(buttons)) {
    server.post(path, async (request, reply) => {
      await press(sessions.find(request));
      return reply.redirect('/', 303);
    });
  }

  server.get('/style.css', async (_request, reply) => reply.type('text/css').send(styleSheet));
  return server;
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply.headers(pageHeaders).type('text/html; charset=utf-8').send(page);
}

function unexpected({ method, routeOptions }: FastifyRequest, error: unknown): Problem {
  console.error(`message-writer: ${method} ${routeOptions.url}:`, error);
  return new Problem(
    502,
    'Something went wrong',
    'Eyrie or ContactSaver probably did not respond as expected. Try again.',
  );
}
