import { Module } from '@nestjs/common';
import { DirectoryModule } from '../../directory/directory.module.js';
import { UsersModule } from '../users.module.js';
import { ImportedMemberships } from './imported-memberships.js';
import { ImportedRows } from './imported-rows.js';
import { JobIntake } from './job-intake.js';
import { JobRights } from './job-rights.js';
import { JobRunner } from './job-runner.js';
import { JobsAdminController } from './jobs.admin.controller.js';
import { UserExport } from './user-export.js';
import { UserImport } from './user-import.js';
import { UserTransfersAdminController } from './user-transfers.admin.controller.js';

/** Users in files: imports and exports as jobs. */
@Module({
  imports: [UsersModule, DirectoryModule],
  controllers: [UserTransfersAdminController, JobsAdminController],
  providers: [ImportedMemberships, ImportedRows, JobIntake, JobRights, JobRunner, UserExport, UserImport],
  exports: [JobIntake, JobRunner],
})
export class UserTransferModule {}
