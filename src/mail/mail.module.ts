import { Global, Module } from '@nestjs/common';
import { LinkLimits } from './link-limits.js';
import { LinkMails } from './link-mails.js';
import { MailedLinks } from './mailed-links.js';
import { Mailer } from './mailer.js';
import { Notifications } from './notifications.js';

@Global()
@Module({
  providers: [LinkLimits, LinkMails, MailedLinks, Mailer, Notifications],
  exports: [LinkLimits, LinkMails, MailedLinks, Mailer, Notifications],
})
export class MailModule {}
