import { Module } from '@nestjs/common';
import { Interactions } from './interaction.js';

@Module({
  providers: [Interactions],
  exports: [Interactions],
})
export class InteractionModule {}
