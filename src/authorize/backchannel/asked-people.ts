import { Inject, Injectable } from '@nestjs/common';
import { Subjects } from '../../clients/subjects.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { User } from '../../persistence/entities/user.entity.js';
import { SessionsStore } from '../../persistence/stores/sessions.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import { OAuthError } from '../../protocol/errors.js';
import type { BackchannelAuthenticationRequest } from '../authorization-request.js';
import { BackchannelThrottle } from './throttle.js';

/** Characters of a username or an e-mail address. */
const maxNameLength = 320;

/** Finds the person whom a backchannel authentication request names. */
@Injectable()
export class AskedPeople {
  constructor(
    private readonly users: UsersStore,
    private readonly sessions: SessionsStore,
    private readonly subjects: Subjects,
    private readonly throttle: BackchannelThrottle,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Somebody who is not known and somebody who is disabled have the same answer. It is counted, so that a client cannot try out names.
   * @throws OAuthError unknown_user_id
   */
  async find(request: BackchannelAuthenticationRequest, address: string): Promise<User> {
    const { clientId } = request.client;
    const isByName = 'loginHint' in request.hint;
    if (isByName) await this.throttle.admitName(clientId, address);
    const user = await this.hinted(request);
    if (user && user.disabledAt === null) {
      if (isByName) await this.throttle.admitName(clientId, address);
      return user;
    }
    await this.throttle.noteUnknown(clientId, address);
    throw new OAuthError('unknown_user_id', 'the hint names nobody who could be asked', {
      detail: user ? `the user ${user.id} is disabled` : 'there is no such user',
    });
  }

  private async hinted({ client, hint }: BackchannelAuthenticationRequest): Promise<User | null> {
    if ('loginHint' in hint) {
      const { loginHint } = hint;
      const withEmail = this.settings.signIn.withEmail === 'on';
      return loginHint.length > maxNameLength ? null : this.users.findBySignInName(loginHint, withEmail);
    }
    const { subject, sessionId } = hint;
    // A pairwise subject leads nowhere by itself: the session of the ID token says whose it is.
    const userId =
      client.sector === null || sessionId === undefined ? subject : await this.sessions.userOf(sessionId);
    return userId !== undefined && this.subjects.subjectFor(client, userId) === subject
      ? this.users.find(userId)
      : null;
  }
}
