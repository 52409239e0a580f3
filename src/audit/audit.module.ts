import { Global, Module } from '@nestjs/common';
import { Changes } from './changes.js';
import { Refusals } from './refusals.js';

@Global()
@Module({
  providers: [Changes, Refusals],
  exports: [Changes, Refusals],
})
export class AuditModule {}
