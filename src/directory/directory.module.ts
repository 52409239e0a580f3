import { Module } from '@nestjs/common';
import { GroupMembers } from './group-members.js';
import { GroupTree } from './group-tree.js';
import { Groups } from './groups.js';
import { GroupsAdminController } from './groups.admin.controller.js';
import { MembershipsAdminController } from './memberships.admin.controller.js';
import { RoleHoldersAdminController } from './role-holders.admin.controller.js';
import { RoleOwners } from './role-owners.js';
import { Roles } from './roles.js';
import { RolesAdminController } from './roles.admin.controller.js';

/** Groups, roles, and what people have by them. */
@Module({
  controllers: [
    GroupsAdminController,
    MembershipsAdminController,
    RolesAdminController,
    RoleHoldersAdminController,
  ],
  providers: [GroupMembers, GroupTree, Groups, RoleOwners, Roles],
  exports: [GroupMembers, Groups, RoleOwners, Roles],
})
export class DirectoryModule {}
