import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { InteractionAnswers } from './interaction-answers.js';
import { InteractionFormGuard } from './interaction-form.guard.js';
import { Interactions } from './interaction.js';
import { WayBack } from './way-back.js';

@Module({
  imports: [ClientsModule],
  providers: [InteractionAnswers, InteractionFormGuard, Interactions, WayBack],
  exports: [InteractionAnswers, InteractionFormGuard, Interactions, WayBack],
})
export class InteractionModule {}
