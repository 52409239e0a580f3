import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { ViewsModule } from '../views/views.module.js';
import { CrossSitePosts } from './cross-site-post.js';
import { InteractionAnswers } from './interaction-answers.js';
import { InteractionFormGuard } from './interaction-form.guard.js';
import { Interactions } from './interaction.js';
import { LanguageController } from './language.controller.js';
import { Walk } from './walk.js';
import { WayBack } from './way-back.js';

const providers = [CrossSitePosts, InteractionAnswers, InteractionFormGuard, Interactions, Walk, WayBack];

@Module({
  imports: [ClientsModule, SessionsModule, UsersModule, ViewsModule],
  controllers: [LanguageController],
  providers,
  exports: providers,
})
export class InteractionModule {}
