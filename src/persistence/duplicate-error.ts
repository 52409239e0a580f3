import { QueryFailedError } from 'typeorm';

/** A transaction was rolled back because a unique value is taken already. */
export class DuplicateError extends QueryFailedError {
  constructor({ query, parameters, driverError }: QueryFailedError) {
    super(query, parameters, driverError);
  }
}
