import { Global, Module } from '@nestjs/common';
import { Outbound } from './outbound.js';
import { TxtRecords } from './txt-records.js';

@Global()
@Module({
  providers: [Outbound, TxtRecords],
  exports: [Outbound, TxtRecords],
})
export class OutboundModule {}
