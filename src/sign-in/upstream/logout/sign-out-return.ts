import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../../../config/endpoints.js';
import { SETTINGS, type Settings } from '../../../config/settings.js';
import type { LoadedUpstream } from '../definition.js';
import { signOutPageOf } from './sign-out-refusals.js';
import { SignOutsUnderWay } from './sign-outs-under-way.js';
import { UpstreamSignOut } from './upstream-sign-out.js';

/** Takes people back who were signed out at an upstream. */
@Injectable()
export class SignOutReturn {
  constructor(
    private readonly underWay: SignOutsUnderWay,
    private readonly signOut: UpstreamSignOut,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The post-logout redirection URI of this server at an OpenID provider. */
  uriAt({ alias }: Pick<LoadedUpstream, 'alias'>): string {
    return `${this.settings.issuer}${endpoints.upstream}/${alias}/signed-out`;
  }

  /**
   * @param check of the answer to the request of this name
   * @throws PageError 400 if the answer is not one: the person is signed out here all the same, and can go on
   */
  async receive(
    upstream: LoadedUpstream,
    state: string | undefined,
    check: (requestId: string) => Promise<void>,
    reply: FastifyReply,
  ): Promise<void> {
    let onwards: string | undefined;
    try {
      const { requestId, others, way } = await this.underWay.look(state ?? '', upstream.id);
      onwards = way.returnTo;
      await check(requestId);
      await this.underWay.use(state ?? '');
      await this.signOut.goOn(reply, others, way);
    } catch (error) {
      throw signOutPageOf(error, upstream, onwards);
    }
  }
}
