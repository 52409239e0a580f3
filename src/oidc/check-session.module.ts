import { Module } from '@nestjs/common';
import { CheckSessionController } from './check-session.controller.js';

/** The check_session_iframe; part of the application only where the settings turn it on. */
@Module({ controllers: [CheckSessionController] })
export class CheckSessionModule {}
