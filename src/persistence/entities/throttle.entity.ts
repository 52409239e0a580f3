import { Entity, PrimaryColumn } from 'typeorm';
import { Count, Epoch } from '../columns.js';

/** Attempts counted in a window, by what is throttled. */
@Entity('throttles')
export class Throttle {
  @PrimaryColumn({ type: 'varchar', length: 43 }) keyHash: string;
  @Count() attempts: number;
  /** The end of the window. */
  @Epoch() expiresAt: number;
}
