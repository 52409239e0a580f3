import { Global, Module } from '@nestjs/common';
import { LinkMails } from './link-mails.js';
import { MailedLinks } from './mailed-links.js';
import { Mailer } from './mailer.js';
import { Notices } from './notices.js';

@Global()
@Module({
  providers: [LinkMails, MailedLinks, Mailer, Notices],
  exports: [LinkMails, MailedLinks, Mailer, Notices],
})
export class MailModule {}
