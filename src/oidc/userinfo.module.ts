import { BearerModule } from '@eyrie/guard';
import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { OwnerVerifier } from '../resource/owner-verifier.js';
import { SignedUserinfo } from './signed-userinfo.js';
import { UserinfoController } from './userinfo.controller.js';

/** Apart from the other controllers, since its tokens are verified together with their resource owner. */
@Module({
  imports: [ClientsModule, BearerModule.forFeature({ useExisting: OwnerVerifier })],
  controllers: [UserinfoController],
  providers: [SignedUserinfo],
})
export class UserinfoModule {}
