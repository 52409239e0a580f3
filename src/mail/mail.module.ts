import { Global, Module } from '@nestjs/common';
import { ViewsModule } from '../views/views.module.js';
import { LinkLimits } from './link-limits.js';
import { LinkMails } from './link-mails.js';
import { MailedLinks } from './mailed-links.js';
import { Mailer } from './mailer.js';
import { Notifications } from './notifications.js';

@Global()
@Module({
  imports: [ViewsModule],
  providers: [LinkLimits, LinkMails, MailedLinks, Mailer, Notifications],
  exports: [LinkLimits, LinkMails, MailedLinks, Mailer, Notifications],
})
export class MailModule {}
