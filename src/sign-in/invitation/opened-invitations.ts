import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type OpenInvitation, OpenInvitations } from '../../directory/organizations/open-invitations.js';
import { addressOf } from '../../http/network.js';
import { type FoundLink, MailedLinks } from '../../mail/mailed-links.js';
import type { MailedLink } from '../../persistence/entities/mailed-link.entity.js';
import type { User } from '../../persistence/entities/user.entity.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import { Sessions } from '../../sessions/sessions.js';
import { addressFits } from './address-fits.js';

/** What names an invitation: the token of its link, or its id for whoever is signed in with its address. */
export interface InvitationReference {
  readonly token?: string | undefined;
  readonly id?: string | undefined;
}

/** An invitation that can be answered by whoever has opened it. */
export interface OpenedInvitation extends OpenInvitation {
  readonly kind: 'open';
  /** The link, if the person came with it. */
  readonly link: MailedLink | undefined;
  /** Who is signed in. */
  readonly user: User | undefined;
  /** Whether that account may accept. */
  readonly fits: boolean;
}

const dead = { kind: 'dead' } as const;

/** Opens invitations, and leaves them as they are. */
@Injectable()
export class OpenedInvitations {
  constructor(
    private readonly invitations: OpenInvitations,
    private readonly links: MailedLinks,
    private readonly sessions: Sessions,
    private readonly users: UsersStore,
  ) {}

  async open(
    { token, id }: InvitationReference,
    request: FastifyRequest,
  ): Promise<OpenedInvitation | Exclude<FoundLink, { kind: 'usable' }>> {
    const session = await this.sessions.current(request);
    const user = session ? ((await this.users.find(session.userId)) ?? undefined) : undefined;
    const found =
      token === undefined
        ? undefined
        : await this.links.find(token, ['organization_invitation'], addressOf(request));
    if (found && found.kind !== 'usable') return found;
    const link = found?.link;
    const opened = await this.invitations.find(link?.pairId ?? id ?? '');
    if (!opened) return dead;
    const fits = user !== undefined && addressFits(user, opened.invitation, link !== undefined);
    // Without the link, only the owner of the address sees that there is an invitation.
    return link || fits ? { kind: 'open', ...opened, link, user, fits } : dead;
  }
}
