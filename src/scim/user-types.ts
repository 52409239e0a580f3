import { Injectable } from '@nestjs/common';
import { AttributesStore } from '../persistence/stores/attributes.store.js';
import type { UserType } from '../persistence/stores/scim-search.store.js';
import { distinctNames } from '../protocol/scim/attributes-extension.js';
import { userTypeOf } from '../protocol/scim/user-type.js';
import type { Precondition } from '../resource/precondition.js';
import type { Provisioner } from './provisioner.js';

/** Who asks for users, and what these are like at that time. */
export interface UserRequest {
  readonly provisioner: Provisioner;
  readonly type: UserType;
  readonly precondition?: Precondition;
}

/** What users are like in SCIM: the attributes that administrators define are an extension of theirs. */
@Injectable()
export class UserTypes {
  constructor(private readonly attributes: AttributesStore) {}

  /** Read once a request. */
  async current(): Promise<UserType> {
    const definitions = distinctNames(await this.attributes.all());
    return { ...userTypeOf(definitions), definitions };
  }
}
