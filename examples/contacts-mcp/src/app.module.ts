import { BearerModule } from '@eyrie/guard';
import { type DynamicModule, Module } from '@nestjs/common';
import { Contacts } from './contacts.js';
import { McpController } from './mcp.controller.js';
import type { Settings } from './settings.js';

@Module({ controllers: [McpController], providers: [Contacts] })
export class AppModule {
  static for({ issuer, url }: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        // All that an MCP server needs: whose tokens, for which URL, and the metadata by which clients find the issuer.
        BearerModule.forRoot({ issuer, audience: url, resourceMetadata: { name: 'Contacts for agents' } }),
      ],
    };
  }
}
