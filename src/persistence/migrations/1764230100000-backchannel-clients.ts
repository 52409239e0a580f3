import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, dropColumn } from '../schema-changes.js';

/** How clients learn that a person has decided on a backchannel request. The default is what no ping needs. */
export class BackchannelClients1764230100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(
      runner,
      'clients',
      'backchannel_token_delivery_mode',
      "varchar(16) NOT NULL DEFAULT 'poll'",
    );
    await addColumn(runner, 'clients', 'backchannel_client_notification_endpoint', 'text NULL');
    await addColumn(runner, 'clients', 'backchannel_authentication_request_signing_alg', 'varchar(16) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumn(runner, 'clients', 'backchannel_authentication_request_signing_alg');
    await dropColumn(runner, 'clients', 'backchannel_client_notification_endpoint');
    await dropColumn(runner, 'clients', 'backchannel_token_delivery_mode');
  }
}
