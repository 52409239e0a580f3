import { Module } from '@nestjs/common';
import { Brand } from './brand.js';
import { BrandController } from './brand.controller.js';
import { ClientBrands } from './client-brands.js';
import { StyleController } from './style.controller.js';
import { Views } from './views.js';

/** The pages for resource owners. */
@Module({
  controllers: [BrandController, StyleController],
  providers: [Brand, ClientBrands, Views],
  exports: [Brand, ClientBrands, Views],
})
export class ViewsModule {}
