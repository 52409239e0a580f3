import { randomUUID } from 'node:crypto';
import type { TestOrganizations } from './organizations.js';

export const newDomain = (): string => `d-${randomUUID()}.example`;

/** Has a domain count as verified for an organization. */
export async function verifiedDomain(
  { admin }: TestOrganizations,
  organization: string,
  domain = newDomain(),
): Promise<string> {
  const path = `/organizations/${organization}/domains`;
  const { id } = (await admin.post(path, { domain })).body;
  const answer = await admin.post(`${path}/${String(id)}/verify`, { by: 'administrator' });
  if (answer.status !== 200) throw new Error(answer.text);
  return domain;
}
