import { Entity } from 'typeorm';
import { Epoch, Id, LongText } from '../columns.js';

/** An interaction that has been answered, so that it is answered once only. */
@Entity('answered_interactions')
export class AnsweredInteraction {
  @Id() id: string;
  /** The answer, sealed: a browser that sends its decision twice gets it again. */
  @LongText() responseSealed: string;
  @Epoch() answeredAt: number;
  /** When the interaction itself can be neither continued nor started again. */
  @Epoch() expiresAt: number;
}
