import { Inject, Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { Language } from '../locales/message.js';
import type { DeliveryProblem } from '../queue/delivery-handler.js';
import { MailedLinks, type NewLink } from './mailed-links.js';
import { Mailer } from './mailer.js';
import type { MessageName, Models } from './messages.js';

/** The messages with a link. */
export type LinkMessageName = {
  [Name in MessageName]: Models[Name] extends LinkModel ? Name : never;
}[MessageName];

interface LinkModel {
  readonly link: string;
  readonly issuer: string;
}

/** A mail with a link of its own. */
export interface LinkMail<Name extends LinkMessageName> {
  /** The id of the delivery. */
  readonly id: string;
  readonly link: NewLink;
  readonly message: Name;
  readonly language: Language;
  /** What the message says, once the link is known. */
  readonly model: (frame: LinkModel) => Models[Name];
  /** Who asked for it. */
  readonly actor: Originator;
}

/** Sends mails with links. A link is made when its mail is sent: what is queued gives nobody access. */
@Injectable()
export class LinkMails {
  constructor(
    private readonly links: MailedLinks,
    private readonly mailer: Mailer,
    private readonly changes: Changes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @returns why the mail was not taken; undefined if it was */
  async send<Name extends LinkMessageName>(mail: LinkMail<Name>): Promise<DeliveryProblem | undefined> {
    const { id, link, message, language, model, actor } = mail;
    const url = await this.changes.change([], (tx, now) => this.links.create(tx, link, now));
    const problem = await this.mailer.send({
      id,
      to: link.email,
      message,
      language,
      model: model({ link: url, issuer: this.settings.issuer }),
    });
    if (problem) return problem;
    const { userId = null, purpose } = link;
    await this.changes.note({ event: 'user.link_mailed', actor, userId, detail: { purpose } });
    return undefined;
  }
}
