import { message } from '../../locales/message.js';
import type { Draft } from '../draft.js';

/** A link with which somebody answers an invitation into an organization. */
export function organizationInvitation({
  organization,
  inviter,
  days,
  issuer,
  link,
}: {
  readonly organization: string;
  /** Who invites, if it is a person. */
  readonly inviter?: string | undefined;
  readonly days: number;
  readonly issuer: string;
  readonly link: string;
}): Draft {
  return {
    subject: message('mail.organizationInvitationSubject', { organization }),
    paragraphs: [
      inviter === undefined
        ? message('mail.organizationInvitation', { organization, issuer })
        : message('mail.organizationInvitationBy', { inviter, organization, issuer }),
      message('mail.organizationInvitationTerms', { count: days }),
      message('mail.organizationInvitationSecret'),
    ],
    link: { label: message('invitation.see'), href: link },
    unexpected: message('mail.unexpectedInvitation'),
  };
}
