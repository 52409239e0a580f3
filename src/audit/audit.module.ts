import { Global, Module } from '@nestjs/common';
import { Changes } from './changes.js';
import { ExplainedErrors } from './explained-errors.js';

@Global()
@Module({
  providers: [Changes, ExplainedErrors],
  exports: [Changes, ExplainedErrors],
})
export class AuditModule {}
