import { Entity } from 'typeorm';
import { Count, Epoch, Id, LongText, OptionalText, Text } from '../columns.js';

/** How a token of an agent was used. */
export const tokenUseKinds = ['issued', 'introspected', 'exchanged'] as const;
export type TokenUseKind = (typeof tokenUseKinds)[number];

/** What an agent did for somebody at a resource within an hour: the tokens of one grant, counted. */
@Entity('token_uses')
export class TokenUse {
  @Id() id: string;
  /** A hash of what it counts: grant, agent, resource, kind, who asked, and hour. */
  @Text(43) useKey: string;
  @Text(36) userId: string;
  /** The agent. */
  @Text() clientId: string;
  @Text(36) grantId: string;
  /** The identifier of the resource. */
  @LongText() resource: string;
  @Text(16) kind: TokenUseKind;
  /** The client that introspected or exchanged; null if a token was issued. */
  @OptionalText() askedBy: string | null;
  /** When the hour began. */
  @Epoch() hour: number;
  @Count() uses: number;
  @Epoch() lastAt: number;
  @Epoch() expiresAt: number;
}
