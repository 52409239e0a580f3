import { join } from 'node:path';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { credentials, loadPackageDefinition, Metadata, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  GrpcMethod,
  MessagePattern,
  type MicroserviceOptions,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { BearerModule, Public, RequireScopes, Subject } from '@eyrie/guard';
import { AUDIENCE, LocalIssuer } from '../support/local-issuer.js';

@Controller()
class ContactsController {
  @RequireScopes('contacts.read')
  @GrpcMethod('Contacts', 'List')
  list(@Subject() subject: string): { names: string[] } {
    return { names: [`friend of ${subject}`] };
  }

  @RequireScopes('contacts.write')
  @GrpcMethod('Contacts', 'Add')
  add(): { names: string[] } {
    return { names: ['added'] };
  }

  @RequireScopes('contacts.read')
  @MessagePattern('list')
  listed(): string {
    return 'passed';
  }

  @Public()
  @MessagePattern('about')
  about(): string {
    return 'contacts';
  }
}

const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;

describe('a microservice', () => {
  let issuer: LocalIssuer;
  let service: INestMicroservice;
  let port: number;

  beforeEach(async () => {
    issuer = await LocalIssuer.start();
    port = await freePort();
  });

  afterEach(async () => {
    await service.close();
    await issuer.close();
  });

  async function start(options: MicroserviceOptions): Promise<void> {
    const bearer = BearerModule.forRoot({
      issuer: issuer.url,
      audience: AUDIENCE,
      exceptions: {
        rpc: (refusal) =>
          new RpcException({
            code: refusal.getStatus() === 403 ? PERMISSION_DENIED : UNAUTHENTICATED,
            message: refusal.code,
          }),
      },
    });
    @Module({ imports: [bearer], controllers: [ContactsController] })
    class ContactsModule {}
    service = await NestFactory.createMicroservice<MicroserviceOptions>(ContactsModule, {
      ...options,
      logger: false,
    });
    await service.listen();
  }

  it('by gRPC lets calls pass with a good token in their metadata, and refuses others', async () => {
    const protoPath = join(import.meta.dirname, 'contacts.proto');
    const url = `127.0.0.1:${port}`;
    await start({ transport: Transport.GRPC, options: { package: 'contacts', protoPath, url } });
    const { contacts } = loadPackageDefinition(loadSync(protoPath)) as unknown as {
      contacts: { Contacts: new (url: string, security: unknown) => GrpcContacts };
    };
    const client = new contacts.Contacts(url, credentials.createInsecure());
    const call = (method: 'List' | 'Add', token?: string): Promise<unknown> =>
      new Promise((resolve) => {
        const metadata = new Metadata();
        if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
        client[method]({}, metadata, (error, answer) =>
          resolve(error ? [error.code, error.details] : answer),
        );
      });
    const token = await issuer.mint();
    expect(await call('List', token)).toEqual({ names: ['friend of alice'] });
    expect(await call('Add', token)).toEqual([PERMISSION_DENIED, 'insufficient_scope']);
    expect(await call('List')).toEqual([UNAUTHENTICATED, 'missing_token']);
    expect(await call('List', `${token}x`)).toEqual([UNAUTHENTICATED, 'invalid_token']);
    client.close();
  });

  it('by TCP lets messages pass with a good token in the metadata of their packet, and refuses others', async () => {
    const options = { host: '127.0.0.1', port };
    await start({ transport: Transport.TCP, options });
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options });
    const call = (pattern: string, metadata?: unknown): Promise<unknown> => {
      client.setOnDispatchHook((packet) => Object.assign(packet, { metadata }));
      return firstValueFrom(client.send(pattern, {})).catch((error: unknown) => error);
    };
    expect(await call('about')).toBe('contacts');
    expect(await call('list', { authorization: `Bearer ${await issuer.mint()}` })).toBe('passed');
    expect(await call('list')).toMatchObject({ message: 'missing_token' });
    expect(await call('list', 'metadata')).toMatchObject({ message: 'missing_token' });
    expect(await call('list', { authorization: 'Bearer x' })).toMatchObject({ message: 'invalid_token' });
    for (const authorization of [{ toString: 1 }, ['Bearer x', 'Bearer y'], 1]) {
      expect(await call('list', { authorization })).toMatchObject({ message: 'invalid_request' });
    }
    await client.close();
  });
});

type GrpcCall = (
  request: object,
  metadata: Metadata,
  done: (error: ServiceError | null, answer: unknown) => void,
) => void;

interface GrpcContacts {
  List: GrpcCall;
  Add: GrpcCall;
  close(): void;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
