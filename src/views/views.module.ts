import { Module } from '@nestjs/common';
import { StyleController } from './style.controller.js';
import { Views } from './views.js';

/** The pages for resource owners. */
@Module({ controllers: [StyleController], providers: [Views], exports: [Views] })
export class ViewsModule {}
