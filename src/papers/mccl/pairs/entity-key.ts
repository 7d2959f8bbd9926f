// How an entity is named across documents.

import type { EntityKey } from "../../../data";

/** An entity's type and id: where pairs have no direction, types then have an order too [R3]. */
export const idKey: EntityKey = ({ entities }, position) => {
  const entity = entities[position];
  return entity === undefined ? undefined : `${entity.type ?? ""}:${entity.id}`;
};
