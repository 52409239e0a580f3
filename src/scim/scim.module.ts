import { Module } from '@nestjs/common';
import { DirectoryModule } from '../directory/directory.module.js';
import { UsersModule } from '../users/users.module.js';
import { ScimBulkController } from './bulk.controller.js';
import { ScimDiscoveryController } from './discovery.controller.js';
import { ScimGroupsController } from './groups.controller.js';
import { ScimBulk } from './scim-bulk.js';
import { ScimGroups } from './scim-groups.js';
import { ScimSearch } from './scim-search.js';
import { ScimTokensAdminController } from './scim-tokens.admin.controller.js';
import { ScimTokens } from './scim-tokens.js';
import { ScimUsers } from './scim-users.js';
import { ScimSearchController } from './search.controller.js';
import { UserCheck } from './user-check.js';
import { UserReader } from './user-reader.js';
import { UserTypes } from './user-types.js';
import { ScimUsersController } from './users.controller.js';

/** SCIM 2.0 for users and groups (RFC 7643, RFC 7644, RFC 9865), and the tokens of provisioning clients. */
@Module({
  imports: [DirectoryModule, UsersModule],
  controllers: [
    ScimUsersController,
    ScimGroupsController,
    ScimDiscoveryController,
    ScimBulkController,
    ScimSearchController,
    ScimTokensAdminController,
  ],
  providers: [ScimBulk, ScimGroups, ScimSearch, ScimTokens, ScimUsers, UserCheck, UserReader, UserTypes],
})
export class ScimModule {}
