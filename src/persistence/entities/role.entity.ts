import { Entity } from 'typeorm';
import { Count, Epoch, Id, OptionalText, Text } from '../columns.js';

/** Whose roles they are: of the whole service, or of one client or resource. */
export type RoleOwnerKind = 'service' | 'client' | 'resource';

/** A role that people can have. */
@Entity('roles')
export class Role {
  @Id() id: string;
  /** As tokens carry it; its owner has no other role of the same name. */
  @Text() name: string;
  @OptionalText() description: string | null;
  @Text(16) ownerKind: RoleOwnerKind;
  /** The client_id, or the id of the resource; empty for a role of the service. */
  @Text() ownerId: string;
  /** Grows with every change. */
  @Count() version: number;
  @Epoch() createdAt: number;
  @Epoch() updatedAt: number;
}
