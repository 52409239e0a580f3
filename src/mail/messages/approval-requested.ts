import { endpoints } from '../../config/endpoints.js';
import { message, verbatim } from '../../locales/message.js';
import type { Draft } from '../draft.js';
import { type Circumstances, circumstancesOf } from './account-change.js';

/** What a client asks of somebody who is not in its browser. */
export interface RequestedApproval extends Circumstances {
  readonly username: string;
  /** The id of the request. It is no secret: only the person who is asked can decide. */
  readonly request: string;
  /** The name of the client. */
  readonly client: string;
  /** What the client shows, to be compared. */
  readonly bindingMessage?: string;
}

/** A client asks for a decision. */
export function approvalRequested({ request, client, bindingMessage, ...rest }: RequestedApproval): Draft {
  const { facts } = circumstancesOf(rest);
  return {
    subject: message('mail.approvalSubject'),
    paragraphs: [
      message('mail.approval', { client, username: rest.username }),
      message(bindingMessage === undefined ? 'mail.approvalCheck' : 'mail.approvalCompare'),
    ],
    facts: [
      ...(bindingMessage === undefined
        ? []
        : [[message('approval.bindingMessage'), verbatim(bindingMessage)] as const]),
      ...facts,
    ],
    link: {
      label: message('mail.approvalSee'),
      href: `${rest.issuer}${endpoints.approval}?request=${request}`,
    },
    unexpected: message('mail.approvalUnexpected'),
  };
}
