// The knowledge base of the world: entities in pools that share none, and the facts between them.

import { Random } from "../../core";
import type { Triple } from "../builders/distant";
import type { EntityType, PoolName, WorldContent } from "./content";
import { NameMaker, type Names } from "./names";

/** An entity of the world; its id says nothing of its type. */
export interface WorldEntity extends Names {
  readonly id: string;
  readonly type: EntityType;
}

/** A fact between two entities. */
export interface Fact {
  readonly head: WorldEntity;
  readonly relation: string;
  readonly tail: WorldEntity;
}

/** A part of the knowledge base: its entities and facts. */
export class Pool {
  private readonly byPair = new Map<string, string[]>();
  readonly facts: Fact[] = [];
  private places: ReadonlyMap<string, WorldEntity> | undefined;
  private readonly byRelation = new Map<string, Fact[]>();
  private readonly byEntity = new Map<WorldEntity, Fact[]>();

  constructor(
    readonly name: PoolName,
    readonly entities: Readonly<Record<EntityType, readonly WorldEntity[]>>,
  ) {}

  /** The place of this name. */
  placeNamed(name: string): WorldEntity | undefined {
    this.places ??= new Map(this.entities.place.map((place) => [place.full, place]));
    return this.places.get(name);
  }

  /** The relations that hold from head to tail. */
  relationsOf(head: WorldEntity, tail: WorldEntity): readonly string[] {
    return this.byPair.get(`${head.id} ${tail.id}`) ?? [];
  }

  /** True when a relation holds in either direction. */
  areRelated(one: WorldEntity, other: WorldEntity): boolean {
    return this.relationsOf(one, other).length > 0 || this.relationsOf(other, one).length > 0;
  }

  /** The facts of one relation. */
  factsOf(relation: string): readonly Fact[] {
    return this.byRelation.get(relation) ?? [];
  }

  /** The facts whose head or tail this is. */
  factsAbout(entity: WorldEntity): readonly Fact[] {
    return this.byEntity.get(entity) ?? [];
  }

  /** All facts as triples of ids. */
  get triples(): readonly Triple[] {
    return this.facts.map(({ head, relation, tail }) => ({ head: head.id, relation, tail: tail.id }));
  }

  /** Takes a fact in, once. */
  add(fact: Fact): void {
    const { head, relation, tail } = fact;
    const known = this.relationsOf(head, tail);
    if (known.includes(relation)) return;
    this.byPair.set(`${head.id} ${tail.id}`, [...known, relation]);
    this.facts.push(fact);
    const put = <K>(map: Map<K, Fact[]>, key: K): void => void map.set(key, [...(map.get(key) ?? []), fact]);
    put(this.byRelation, relation);
    put(this.byEntity, head);
    put(this.byEntity, tail);
  }
}

/** What kind of world is built. */
export interface KnowledgeOptions {
  readonly seed: number | string;
  /** True for the negative control, where types say nothing of relations. */
  readonly isControl: boolean;
  /** How many times larger than usual; default 1. */
  readonly scale?: number;
}

const POOLS: readonly PoolName[] = ["train", "dev", "test", "text"];

/** All pools of a world; no two share a name. */
export function buildPools(
  content: WorldContent,
  { seed, isControl, scale = 1 }: KnowledgeOptions,
): Readonly<Record<PoolName, Pool>> {
  const random = new Random(seed).fork("world").fork("knowledge");
  const names = new NameMaker(content.names, random.fork("names"));
  const offset = random.fork("ids").integer(9000);
  let count = 0;
  const make = (name: PoolName): Pool => {
    const share = scale * content.parameters.poolShare[name];
    const named = new Map<EntityType, Names[]>();
    const types: readonly EntityType[] = ["place", ...content.types.filter((type) => type !== "place")];
    for (const type of types) {
      const places = (named.get("place") ?? []).map(({ full }) => full);
      const size = Math.max(4, Math.round(share * content.parameters.entities[type]));
      named.set(
        type,
        Array.from({ length: size }, () => names.make(type, places)),
      );
    }
    const all = types.flatMap((type) => named.get(type)!.map((own) => ({ type, ...own })));
    const ids = random.fork(`ids ${name}`).shuffle(all.map((_, at) => `Q${offset + count + at}`));
    count += all.length;
    const entities = Object.fromEntries(types.map((type): [string, WorldEntity[]] => [type, []])) as Record<
      EntityType,
      WorldEntity[]
    >;
    all.forEach((entity, at) => entities[entity.type].push({ id: ids[at]!, ...entity }));
    const pool = new Pool(name, entities);
    addFacts(pool, content, random.fork(`facts ${name}`), { share, isControl });
    return pool;
  };
  return Object.fromEntries(POOLS.map((name) => [name, make(name)])) as Record<PoolName, Pool>;
}

/** Draws with a long tail: the first of the list are drawn most. */
function drawLongTail<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(items.length * random.uniform() ** 1.6)]!;
}

interface FactOptions {
  readonly share: number;
  readonly isControl: boolean;
}

function addFacts(
  pool: Pool,
  content: WorldContent,
  random: Random,
  { share: poolShare, isControl }: FactOptions,
): void {
  const { parameters, relations } = content;
  const total = Object.values(relations).reduce((sum, { share }) => sum + share, 0);
  const everyone = content.types.flatMap((type) => pool.entities[type]);
  const addWithInverse = (head: WorldEntity, relation: string, tail: WorldEntity): void => {
    pool.add({ head, relation, tail });
    const { isSymmetric, inverse } = relations[relation]!;
    const back = isSymmetric ? relation : inverse;
    if (back !== undefined && !isControl) pool.add({ head: tail, relation: back, tail: head });
  };
  for (const [relation, { head: heads, tail: tails, share, isSymmetric, inverse }] of Object.entries(
    relations,
  )) {
    const isDoubled = !isControl && (isSymmetric === true || inverse !== undefined);
    const wanted = (parameters.facts * poolShare * share) / total / (isDoubled ? 2 : 1);
    const own = random.fork(relation);
    for (let at = 0, tries = 0; at < wanted && tries < 50 * wanted; tries++) {
      const head = isControl ? own.choice(everyone) : drawLongTail(pool.entities[own.choice(heads)], own);
      const tail = isControl ? own.choice(everyone) : drawLongTail(pool.entities[own.choice(tails)], own);
      if (head === tail || pool.areRelated(head, tail)) continue;
      addWithInverse(head, relation, tail);
      at++;
      const others = isControl ? [] : companions(content, relation, tail.type);
      if (others.length > 0 && own.uniform() < parameters.secondRelation)
        addWithInverse(head, own.choice(others), tail);
    }
  }
}

/** Other relations that can hold between the same two entities beside this one. */
function companions({ relations }: WorldContent, relation: string, tail: EntityType): string[] {
  const { head: heads, isSymmetric, inverse } = relations[relation]!;
  if (isSymmetric || inverse !== undefined) return [];
  return Object.keys(relations).filter((other) => {
    const { head, tail: tails } = relations[other]!;
    return other !== relation && heads.some((type) => head.includes(type)) && tails.includes(tail);
  });
}
