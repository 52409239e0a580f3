import { resourceProblems as problemsOfResource } from '../resource/resource-rules.js';
import type { ResourceEntry } from './configuration-file.dto.js';
import type { Problem } from './problems.js';

/**
 * The problems of the resources of files, each by itself and all together: a scope belongs to one resource.
 * @param placeOf tells where an entry stands
 */
export function resourceProblems(
  resources: readonly ResourceEntry[],
  placeOf: (index: number) => string,
): Problem[] {
  const definedBy = new Map<string, number>();
  return resources.flatMap((resource, index) => {
    const problems: Problem[] = problemsOfResource(resource).map(({ path, reason }) => ({
      path: ['resources', index, ...path],
      reason,
    }));
    for (const scope of Object.keys(resource.scopes)) {
      const earlier = definedBy.get(scope);
      if (earlier === undefined) definedBy.set(scope, index);
      else
        problems.push({
          path: ['resources', index, 'scopes', scope],
          reason: `belongs to ${placeOf(earlier)} already`,
        });
    }
    return problems;
  });
}
