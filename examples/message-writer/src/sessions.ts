import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Connection, Pending } from './authorization.js';
import type { Contact } from './contact-saver.js';

/** One thing that happened, in words. */
export interface Step {
  readonly at: Date;
  readonly text: string;
}

/** What belongs to one browser. The tokens stay here: the browser holds nothing but the session's id. */
export interface Session {
  pending?: Pending | undefined;
  connection?: Connection | undefined;
  contacts: readonly Contact[];
  /** What happened, the newest first. */
  steps: readonly Step[];
}

const cookieName = 'message_writer_session';
/** So that forgotten sessions do not pile up: the oldest make room. */
const mostSessions = 1_000;

/** Sessions in memory: enough for an example, and gone when it ends. */
export class Sessions {
  private readonly byId = new Map<string, Session>();

  /** The session of this browser; an empty one, which is not kept, where it has none. */
  of(request: FastifyRequest): Session {
    return this.byId.get(idOf(request)) ?? newSession();
  }

  /** A new session in place of the one that this browser had. */
  begin(request: FastifyRequest, reply: FastifyReply): Session {
    const session = newSession();
    this.renew(request, reply, session);
    return session;
  }

  /** Keeps the session under a new id, so that an id from before the sign-in is worth nothing after it. */
  renew(request: FastifyRequest, reply: FastifyReply, session: Session): void {
    const id = randomBytes(32).toString('base64url');
    this.byId.delete(idOf(request));
    this.byId.set(id, session);
    const [oldest] = this.byId.keys();
    if (this.byId.size > mostSessions && oldest !== undefined) this.byId.delete(oldest);
    // Over https, add `secure: true` and the prefix `__Host-`.
    reply.setCookie(cookieName, id, { path: '/', httpOnly: true, sameSite: 'lax' });
  }

  /** Forgets all that this browser had. */
  end(request: FastifyRequest, reply: FastifyReply): void {
    this.byId.delete(idOf(request));
    reply.clearCookie(cookieName, { path: '/' });
  }
}

function newSession(): Session {
  return { contacts: [], steps: [] };
}

const idOf = (request: FastifyRequest): string => request.cookies[cookieName] ?? '';
