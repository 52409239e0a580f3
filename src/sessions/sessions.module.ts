import { Module } from '@nestjs/common';
import { ViewsModule } from '../views/views.module.js';
import { BrowserState } from './browser-state.js';
import { KnownDevices } from './known-devices.js';
import { SessionCookies } from './session-cookies.js';
import { SessionEnd } from './session-end.js';
import { SessionExpiry } from './session-expiry.js';
import { SessionOpening } from './session-opening.js';
import { Sessions } from './sessions.js';
import { SignedOut } from './signed-out.js';
import { UpstreamSessions } from './upstream-sessions.js';

@Module({
  imports: [ViewsModule],
  providers: [
    BrowserState,
    KnownDevices,
    SessionCookies,
    SessionEnd,
    SessionExpiry,
    SessionOpening,
    Sessions,
    SignedOut,
    UpstreamSessions,
  ],
  exports: [BrowserState, KnownDevices, SessionEnd, SessionOpening, Sessions, SignedOut, UpstreamSessions],
})
export class SessionsModule {}
