// A bare service that follows the recipes of README, one after the other, and prints what each has answered.
import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { call, recipes } from './recipe-calls.js';

async function main(platform: string | undefined): Promise<void> {
  const answered: Record<string, unknown> = {};
  for (const [index, [heading, recipe]] of Object.entries(recipes).entries()) {
    const { AppModule } = (await import(`./recipe-${index}.js`)) as { AppModule: Type };
    answered[heading] = await call(recipe, async () => {
      const app = await (platform === 'fastify'
        ? NestFactory.create(AppModule, new FastifyAdapter(), { logger: false })
        : NestFactory.create(AppModule, { logger: false }));
      await app.listen(0, '127.0.0.1');
      return { url: await app.getUrl(), close: () => app.close() };
    });
  }
  console.log(JSON.stringify(answered));
}

void main(process.argv[2]);
