import { Global, Module } from '@nestjs/common';
import { AuditSealing } from './audit-sealing.js';
import { AuditVerifier } from './audit-verification.js';
import { Changes } from './changes.js';
import { AuditForwarding } from './forwarding/audit-forwarding.js';
import { ExplainedErrors } from './explained-errors.js';
import { TokenEvents } from './token-events.js';

@Global()
@Module({
  providers: [AuditForwarding, AuditSealing, AuditVerifier, Changes, ExplainedErrors, TokenEvents],
  exports: [AuditVerifier, Changes, ExplainedErrors, TokenEvents],
})
export class AuditModule {}
