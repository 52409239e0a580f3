import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Clock } from './clock.js';
import { SETTINGS, type Settings } from './settings.js';

/** Makes the checked settings and the clock available everywhere. */
@Global()
@Module({})
export class ConfigModule {
  static forRoot(settings: Settings, clock: Clock = new Clock()): DynamicModule {
    return {
      module: ConfigModule,
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: Clock, useValue: clock },
      ],
      exports: [SETTINGS, Clock],
    };
  }
}
