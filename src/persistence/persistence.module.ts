import { Global, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.js';
import { connect, databaseRefusal } from './connect.js';
import { dataSourceOptions } from './data-source-options.js';
import { Database } from './database.js';
import { migrate } from './migrate.js';
import { AccessTokensStore } from './stores/access-tokens.store.js';
import { AuditStore } from './stores/audit.store.js';
import { AuthorizationCodesStore } from './stores/authorization-codes.store.js';
import { ClientsStore } from './stores/clients.store.js';
import { ConsentsStore } from './stores/consents.store.js';
import { GrantsStore } from './stores/grants.store.js';
import { InitialAccessTokensStore } from './stores/initial-access-tokens.store.js';
import { LeasesStore } from './stores/leases.store.js';
import { LogoutDeliveriesStore } from './stores/logout-deliveries.store.js';
import { PushedRequestsStore } from './stores/pushed-requests.store.js';
import { RefreshTokensStore } from './stores/refresh-tokens.store.js';
import { ResourcesStore } from './stores/resources.store.js';
import { RevocationsStore } from './stores/revocations.store.js';
import { SessionClientsStore } from './stores/session-clients.store.js';
import { SessionsStore } from './stores/sessions.store.js';
import { SigningKeysStore } from './stores/signing-keys.store.js';
import { ThrottlesStore } from './stores/throttles.store.js';
import { UsedJtisStore } from './stores/used-jtis.store.js';
import { UsersStore } from './stores/users.store.js';
import { Sweeper } from './sweeper.js';

const stores = [
  AccessTokensStore,
  AuditStore,
  AuthorizationCodesStore,
  ClientsStore,
  ConsentsStore,
  GrantsStore,
  InitialAccessTokensStore,
  LeasesStore,
  LogoutDeliveriesStore,
  PushedRequestsStore,
  RefreshTokensStore,
  ResourcesStore,
  RevocationsStore,
  SessionClientsStore,
  SessionsStore,
  SigningKeysStore,
  ThrottlesStore,
  UsedJtisStore,
  UsersStore,
];

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [SETTINGS],
      // A database that refuses us ends the start: whoever runs the service starts it again.
      useFactory: (settings: Settings) => ({ ...dataSourceOptions(settings.database), toRetry: () => false }),
      dataSourceFactory: async (options) => openMigrated(options as DataSourceOptions),
    }),
  ],
  providers: [
    {
      provide: Database,
      inject: [SETTINGS, getDataSourceToken()],
      useFactory: async (settings: Settings, writer: DataSource) =>
        new Database(writer, await readerBeside(settings, writer)),
    },
    ...stores,
    Sweeper,
  ],
  exports: [Database, Sweeper, ...stores],
})
export class PersistenceModule {}

async function openMigrated(options: DataSourceOptions): Promise<DataSource> {
  const dataSource = await connect(options);
  try {
    await migrate(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw databaseRefusal(options, error);
  }
  return dataSource;
}

async function readerBeside(settings: Settings, writer: DataSource): Promise<DataSource> {
  return settings.database.kind === 'mysql'
    ? writer
    : connect(dataSourceOptions(settings.database, 'read-only'));
}
