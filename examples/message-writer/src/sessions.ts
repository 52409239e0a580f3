import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Connection, Pending } from './authorization.js';
import type { Contact } from './contact-saver.js';

/** One thing that happened. */
export interface Step {
  readonly at: Date;
  readonly text: string;
}

/** The session of one browser. The tokens stay here: the browser has only the session id. */
export interface Session {
  pending?: Pending | undefined;
  connection?: Connection | undefined;
  contacts: readonly Contact[];
  /** What happened, the newest first. */
  steps: readonly Step[];
}

const cookieName = 'message_writer_session';
/** If there are more sessions, the oldest is deleted. */
const maxSessions = 1_000;

/** Sessions in memory, which is enough for an example. */
export class Sessions {
  private readonly byId = new Map<string, Session>();

  /** The session of this browser. Without one, it is an empty session that is not stored. */
  find(request: FastifyRequest): Session {
    return this.byId.get(idOf(request)) ?? newSession();
  }

  /** Begins a new session, which replaces the one of this browser. */
  begin(request: FastifyRequest, reply: FastifyReply): Session {
    const session = newSession();
    this.renew(request, reply, session);
    return session;
  }

  /** Stores the session under a new id, so that an id from before the sign-in is not valid after it. */
  renew(request: FastifyRequest, reply: FastifyReply, session: Session): void {
    const id = randomBytes(32).toString('base64url');
    this.byId.delete(idOf(request));
    this.byId.set(id, session);
    const [oldest] = this.byId.keys();
    if (this.byId.size > maxSessions && oldest !== undefined) this.byId.delete(oldest);
    // Over https, add `secure: true` and the prefix `__Host-`.
    reply.setCookie(cookieName, id, { path: '/', httpOnly: true, sameSite: 'lax' });
  }

  /** Deletes the session of this browser. */
  end(request: FastifyRequest, reply: FastifyReply): void {
    this.byId.delete(idOf(request));
    reply.clearCookie(cookieName, { path: '/' });
  }
}

function newSession(): Session {
  return { contacts: [], steps: [] };
}

const idOf = (request: FastifyRequest): string => request.cookies[cookieName] ?? '';
