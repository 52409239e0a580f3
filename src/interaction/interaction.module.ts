import { Module } from '@nestjs/common';
import { InteractionAnswers } from './interaction-answers.js';
import { Interactions } from './interaction.js';

@Module({
  providers: [InteractionAnswers, Interactions],
  exports: [InteractionAnswers, Interactions],
})
export class InteractionModule {}
