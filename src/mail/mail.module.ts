import { Global, Module } from '@nestjs/common';
import { Mailer } from './mailer.js';
import { Notices } from './notices.js';

@Global()
@Module({
  providers: [Mailer, Notices],
  exports: [Mailer, Notices],
})
export class MailModule {}
