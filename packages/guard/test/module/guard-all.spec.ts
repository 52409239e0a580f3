import { type CanActivate, Controller, type ExecutionContext, Get, Module, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BearerGuard, BearerModule, type BearerRequest, Public } from '@eyrie/guard';
import { type ContactsApp, listen } from '../support/contacts-app.js';
import { OneToken } from '../support/one-token.js';
import { withAuthorization } from '../support/raw-request.js';

@Controller()
class PlainController {
  @Get('plain')
  plain(): string {
    return '"plain"';
  }

  @Public()
  @Get('open')
  open(): string {
    return '"open"';
  }
}

/** A guard of the service, which notes whose token it sees. */
class SeesToken implements CanActivate {
  static seen: (string | undefined)[] = [];

  canActivate(context: ExecutionContext): boolean {
    SeesToken.seen.push(context.switchToHttp().getRequest<BearerRequest>().accessToken?.subject);
    return true;
  }
}

const sees = { provide: APP_GUARD, useClass: SeesToken };
const all = { useClass: OneToken, guardAll: true };
const made = () => ({ verifier: new OneToken(), guardAll: true });

@Module({ providers: [sees] })
class RolesModule {}

@Module({ imports: [BearerModule.forVerifier(all)], controllers: [PlainController], providers: [sees] })
class InRoot {}

@Module({ imports: [RolesModule, BearerModule.forVerifier(all)], controllers: [PlainController] })
class InImportBefore {}

@Module({
  imports: [BearerModule.forVerifierAsync({ useFactory: made })],
  controllers: [PlainController],
  providers: [sees],
})
class InFactory {}

@Module({ imports: [BearerModule.forVerifier(all)] })
class BearerPart {}

@Module({ imports: [RolesModule, BearerPart], controllers: [PlainController], providers: [sees] })
class Deep {}

@Module({
  imports: [BearerModule.forVerifier({ useClass: OneToken })],
  controllers: [PlainController],
  providers: [{ provide: APP_GUARD, useExisting: BearerGuard }, sees],
})
class Explicit {}

describe('guardAll', () => {
  let service: ContactsApp;

  afterEach(() => service.app.close());

  const start = async (module: Type): Promise<void> => {
    SeesToken.seen = [];
    service = await listen(module);
  };
  const status = async (path: string, token?: string) =>
    token === undefined
      ? (await fetch(`${service.url}${path}`)).status
      : (await withAuthorization(`${service.url}${path}`, `Bearer ${token}`)).status;

  it.each([
    ['in the root module', InRoot],
    ['in a module that is imported before', InImportBefore],
    ['in several modules, with the guard deep in another', Deep],
    ['in a service whose factory says guardAll', InFactory],
    ['after it, in the explicit form', Explicit],
  ])('runs before a guard of the service %s', async (_title, module) => {
    await start(module);
    expect(await status('/plain')).toBe(401);
    expect(SeesToken.seen).toEqual([]);
    expect(await status('/plain', 'good')).toBe(200);
    expect(SeesToken.seen.every((subject) => subject === 'alice')).toBe(true);
    expect(SeesToken.seen.length).toBeGreaterThan(0);
    expect(await status('/open')).toBe(200);
  });
});

describe('guardAll in options from a factory', () => {
  const options = { issuer: 'https://id.example.com', audience: 'https://contacts.example.com' };
  const start = (module: unknown) => Test.createTestingModule({ imports: [module as never] }).compile();

  it.each([
    ['in its result', { useFactory: () => ({ ...options, guardAll: true }) }],
    ['beside it', { useFactory: () => options, guardAll: true }],
  ])('guards every route: %s', async (_title, factory) => {
    @Module({ imports: [BearerModule.forRootAsync(factory)], controllers: [PlainController] })
    class FactoryModule {}
    const { app, url } = await listen(FactoryModule);
    const { status } = await fetch(`${url}/plain`);
    await app.close();
    expect(status).toBe(401);
  });

  it('stops the start if it has another value beside the factory', async () => {
    const module = BearerModule.forRootAsync({
      guardAll: false,
      useFactory: () => ({ ...options, guardAll: true }),
    });
    await expect(start(module)).rejects.toThrow('BearerModule: guardAll has one value beside the factory');
  });

  it('stops the start if it is text', async () => {
    const useFactory = () => ({ ...options, guardAll: 'true' as never });
    await expect(start(BearerModule.forRootAsync({ useFactory }))).rejects.toThrow(
      'BearerModule: guardAll must be true or false',
    );
  });

  it('a factory that returns nothing stops the start', async () => {
    await expect(start(BearerModule.forRootAsync({ useFactory: () => undefined as never }))).rejects.toThrow(
      'BearerModule: useFactory must return the options',
    );
  });
});
