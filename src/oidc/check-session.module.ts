import { Module } from '@nestjs/common';
import { CheckSessionController } from './check-session.controller.js';

/** The check_session_iframe, if EYRIE_SESSION_MANAGEMENT turns it on. */
@Module({ controllers: [CheckSessionController] })
export class CheckSessionModule {}
