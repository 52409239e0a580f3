import { BearerModule } from '@eyrie/guard';
import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { OwnerVerifier } from '../resource/owner-verifier.js';
import { SignedUserinfo } from './signed-userinfo.js';
import { UserinfoController } from './userinfo.controller.js';

/** A module of its own, since its guard reads the resource owner together with the token. */
@Module({
  imports: [ClientsModule, DirectoryModule, BearerModule.forFeature({ useExisting: OwnerVerifier })],
  controllers: [UserinfoController],
  providers: [SignedUserinfo],
})
export class UserinfoModule {}
