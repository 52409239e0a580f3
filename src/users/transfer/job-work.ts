import type { Job } from '../../persistence/entities/job.entity.js';

/** The kind of the entries of the queue that go on with jobs. */
export const deliveryKindOfJobs = 'user_job';

/** The work of one kind of job. */
export interface JobWork {
  /**
   * Does the rows that come next, in one transaction with the progress of the job.
   * @returns whether the job is to go on: false once there is nothing left to do
   * @throws JobFailure if it cannot go on
   */
  step(job: Job): Promise<boolean>;
}

/** Why a job cannot go on, for whoever started it. Trying again would not help. */
export class JobFailure extends Error {}
