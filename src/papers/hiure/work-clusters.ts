// Runs on what a training left: other clusterings, the tree of F4, the maps of F5.

import { kMeans } from "../../cluster";
import { buildWorld } from "../../data";
import { selectRows } from "../../core";
import { work, type WorkContext } from "../../experiments";
import { silhouette } from "../../metrics";
import { project } from "../../plots";
import { findExemplars } from "./exemplars";
import { answerOf } from "./model";
import { read, type Reading } from "./reading";
import { savedFeatures } from "./saved-features";
import { meanNumbers, numbersOf } from "./scores";
import type { HiureSettings } from "./settings";

/** Another clustering of the features that a training left. */
export interface AnswerSettings {
  readonly reading: Reading;
  readonly method: HiureSettings;
  readonly of: "own" | "other";
  readonly topClusters?: number;
  readonly bottomClusters?: number;
}

async function exemplarsOfTrained(settings: AnswerSettings, context: WorkContext) {
  const { method, of, topClusters, bottomClusters } = settings;
  const features = savedFeatures(context.need("trained").folder, of);
  const found = await findExemplars(features, method, {
    signal: context.signal,
    ...(topClusters === undefined ? {} : { topClusters }),
    ...(bottomClusters === undefined ? {} : { bottomClusters }),
  });
  return { features, found };
}

export const answerWork = work<AnswerSettings>(async (settings, context) => {
  const { relations } = await read(settings.reading);
  const { found } = await exemplarsOfTrained(settings, context);
  return { ...numbersOf(answerOf(found), relations) };
});

/** k-means of the features that another run left. */
export interface KMeansSettings {
  readonly reading: Reading;
  readonly of: "own" | "other";
  readonly clusters: number;
  /** Starts of one k-means, of which the smallest inertia wins. */
  readonly starts: number;
  /** How many such k-means, each with starts of its own, the numbers are the mean of. */
  readonly repeats: number;
}

/**
 * The mean over repeated k-means, and what each of them gave: answers of nearly the same inertia differ by several points
 * where groups are not clear, so a single one says little about the vectors.
 */
export const kMeansWork = work<KMeansSettings>(async (settings, { need, random, onShare }) => {
  const { reading, of, clusters, starts, repeats } = settings;
  const { relations } = await read(reading);
  const features = savedFeatures(need("features").folder, of);
  const each = [];
  while (each.length < repeats) {
    const seed = random.fork(`k-means ${each.length}`).word();
    each.push(numbersOf(await kMeans({ clusters, starts, seed }).fit(features), relations));
    onShare(each.length / repeats);
  }
  return { ...meanNumbers(each), each };
});

/** F4: layers with a first one of as many clusters as there are parents; V against parents and leaves. */
export const treeWork = work<AnswerSettings>(async (settings, context) => {
  const { relations } = await read(settings.reading);
  const { found } = await exemplarsOfTrained(settings, context);
  const isWorld = settings.reading.set.startsWith("world");
  const world = isWorld ? buildWorld({ control: settings.reading.set.includes("control") }) : undefined;
  const parents = world && relations.map((relation) => world.parentOf(relation));
  return {
    layers: found.clusterings.map((one) => ({
      labels: [...one.labels],
      exemplars: [...(one.exemplars ?? [])],
      leaves: numbersOf(one, relations),
      parents: parents === undefined ? null : numbersOf(one, parents),
    })),
  };
});

/** F5: a map of some sentences, and the silhouette of the relations. */
export interface MapSettings extends AnswerSettings {
  readonly points: number;
}

export const mapWork = work<MapSettings>(async (settings, context) => {
  const { relations } = await read(settings.reading);
  const { features, found } = await exemplarsOfTrained(settings, context);
  const order = context.random
    .fork("map")
    .sample(Array.from(relations.keys()), Math.min(settings.points, relations.length));
  const rows = order.sort((a, b) => a - b);
  const names = [...new Set(relations)];
  const chosen = selectRows(features, rows);
  const seed = context.random.fork("t-SNE").word();
  const { coordinates } = await project(
    { data: chosen.data, shape: [rows.length, features.columns] },
    { metric: "cosine", seed },
  );
  const labels = (layer: number): number[] =>
    rows.map((index) => found.clusterings.at(layer)!.labels[index]!);
  return {
    silhouette: silhouette(
      features,
      relations.map((relation) => names.indexOf(relation)),
    ),
    rows,
    x: rows.map((_, at) => coordinates[2 * at]!),
    y: rows.map((_, at) => coordinates[2 * at + 1]!),
    top: labels(0),
    bottom: labels(-1),
  };
});
