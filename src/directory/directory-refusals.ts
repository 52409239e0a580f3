import { ConflictException, NotFoundException } from '@nestjs/common';
import { type InvalidFields, invalidField } from '../http/invalid-fields.js';
import { DuplicateError } from '../persistence/duplicate-error.js';

export const unknownGroup = (id: string): NotFoundException =>
  new NotFoundException(`there is no group ${id}`);

export const unknownRole = (id: string): NotFoundException => new NotFoundException(`there is no role ${id}`);

export const unknownOrganization = (id: string): NotFoundException =>
  new NotFoundException(`there is no organization ${id}`);

export const unknownInvitation = (id: string): NotFoundException =>
  new NotFoundException(`there is no invitation ${id}`);

export const unknownDomain = (id: string): NotFoundException =>
  new NotFoundException(`there is no domain ${id}`);

export const unknownUser = (id: string): NotFoundException => new NotFoundException(`there is no user ${id}`);

export const unknownParent = (): InvalidFields => invalidField('parent_id', 'must be the id of a group');

/**
 * Does work that gives something a name.
 * @throws ConflictException if the name is taken
 */
export async function refusingTaken<Result>(
  name: string | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DuplicateError) throw new ConflictException(`the name ${name} is taken`);
    throw error;
  }
}
