import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Secrets } from '../crypto/secrets.js';
import { Cookies } from '../http/cookies.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import type { Message } from '../locales/message.js';

/** A message for one session. */
interface Notice {
  readonly sessionId: string;
  readonly message: Message;
}

const lifetimeSeconds = 60;

/** Says on the next page what was just done. The message travels sealed in a cookie, and is shown once. */
@Injectable()
export class Notices {
  constructor(
    private readonly secrets: Secrets,
    private readonly cookies: Cookies,
  ) {}

  async leave({ id: sessionId }: ActiveSession, message: Message, reply: FastifyReply): Promise<void> {
    const notice: Notice = { sessionId, message };
    this.cookies.set(reply, 'notice', await this.secrets.seal('notice', notice), lifetimeSeconds);
  }

  /** The message that was left for this session; undefined if there is none. */
  async take(
    { id }: ActiveSession,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Message | undefined> {
    const sealed = this.cookies.read(request, 'notice');
    if (sealed === undefined) return undefined;
    this.cookies.clear(reply, 'notice');
    const notice = (await this.secrets.unseal('notice', sealed)) as Notice | undefined;
    return notice?.sessionId === id ? notice.message : undefined;
  }
}
