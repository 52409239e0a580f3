import { Module } from '@nestjs/common';
import { ViewsModule } from '../views/views.module.js';
import { CrossSitePosts } from './cross-site-post.js';
import { InteractionAnswers } from './interaction-answers.js';
import { Interactions } from './interaction.js';
import { Walk } from './walk.js';

@Module({
  imports: [ViewsModule],
  providers: [CrossSitePosts, InteractionAnswers, Interactions, Walk],
  exports: [CrossSitePosts, InteractionAnswers, Interactions, Walk],
})
export class InteractionModule {}
