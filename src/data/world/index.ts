export {
  buildWorld,
  World,
  type NoisyOptions,
  type PartOptions,
  type RelationTree,
  type WorldOptions,
} from "./world";
export {
  worldHash,
  WORLD_FILES,
  type EntityType,
  type PoolName,
  type SplitSizes,
  type WorldSizes,
} from "./content";
export { type DocumentForm } from "./document-views";
export { EFFECT_LABELS } from "./drug-effects";
export { Pool, type Fact, type WorldEntity } from "./knowledge";
