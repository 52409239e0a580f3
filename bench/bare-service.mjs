/**
 * The bare limit of the start: a Nest service with one route and nothing to do, on the libraries that Eyrie loads at its start. No
 * authorization server on this stack can start faster, or take less memory.
 *
 * Environment: PORT.
 */
// oxlint-disable-next-line import/no-unassigned-import -- gives Nest the metadata functions of Reflect
import 'reflect-metadata';
import { Controller, Get, Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ScheduleModule } from '@nestjs/schedule';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { TerminusModule } from '@nestjs/terminus';
import { TypeOrmModule } from '@nestjs/typeorm';

class BareController {
  ready() {
    return 'ready';
  }
}

// Plain JavaScript has no decorator syntax yet.
Controller()(BareController);
Get()(BareController.prototype, 'ready', Object.getOwnPropertyDescriptor(BareController.prototype, 'ready'));

// oxlint-disable-next-line typescript/no-extraneous-class -- a Nest module is an empty class
class AppModule {}
Module({
  imports: [
    PassportModule,
    ScheduleModule.forRoot(),
    TerminusModule,
    TypeOrmModule.forRoot({ type: 'better-sqlite3', database: 'bare.sqlite' }),
  ],
  controllers: [BareController],
})(AppModule);

const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error', 'warn'] });
app.useGlobalPipes(new ValidationPipe());
SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, new DocumentBuilder().build()));
await app.listen(Number(process.env.PORT), '127.0.0.1');
