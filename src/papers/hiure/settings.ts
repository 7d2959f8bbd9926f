// The settings of HiURE: the paper's hyper-parameters, what its notes resolve, and what else can be chosen.

import { OptionError } from "../../core";
import type { SpanSource } from "../../relations";

/** All that decides a training of HiURE, as plain data. */
export interface HiureSettings {
  /** P of eq. 2: span words beside the two markers. */
  readonly spanWords: number;
  /** Whence span words are drawn [R3]. */
  readonly spanFrom: SpanSource;
  /** Drawn anew for every step (paper), or once before training (code) [R3]. */
  readonly spanDraw: "step" | "once";
  /**
   * How many draws of span words are averaged in the features that are clustered. One draw leaves the noise of its words
   * in every exemplar; the mean over draws costs nothing, because the hidden states are the same.
   */
  readonly clusterDraws: number;
  /** Markers with or without entity types [R1], never both in one table; or none. */
  readonly markers: "entity" | "typed" | "none";
  /** What stands beside the span words: the two start markers (eq. 2), or the means of the two mentions' pieces. */
  readonly pair: "markers" | "mentions";
  /** Where the rows of the marker tokens begin: near the mask token's, or as in a fresh model, near 0. */
  readonly markerStart: "mask" | "random";
  readonly maxLength: number;
  /** Dropout on the relation vector, beside the encoder's own (code: 0.1). */
  readonly vectorDropout: number;
  /** Epochs of training; exemplars are found anew at the start of each. */
  readonly epochs: number;
  readonly rate: number;
  readonly decay: "constant" | "linear" | "cosine";
  readonly weightDecay: number;
  readonly batchSize: number;
  /** tau of eq. 9-10. */
  readonly temperature: number;
  /** m of eq. 12; 0: the momentum encoder is the trained one, as in the released code [R5]. */
  readonly momentum: number;
  /** J of eq. 9: the positive and J - 1 negatives [R13]. */
  readonly negatives: number;
  /** What the queue holds at first: real keys, or random unit vectors as in the released code [R13]. */
  readonly queueStart: "keys" | "random";
  /** HiNCE = InfoNCE + ExemNCE (eq. 11), or InfoNCE alone. */
  readonly objective: "hince" | "infonce";
  /** Where exemplars come from: hierarchical propagation, or k-means in its place ("w/o HPC"). */
  readonly exemplars: "hpc" | "k-means";
  /** Clusters of each layer of k-means, coarse to fine. */
  readonly kMeansLayers: readonly number[];
  /**
   * What stands for a cluster of hierarchical propagation: one of its sentences (the paper), or the mean of all of them, to
   * tell what the choice of a single sentence costs.
   */
  readonly centres: "exemplar" | "mean";
  /** L of algorithm 1. */
  readonly layers: number;
  /** Most iterations of affinity propagation, and how long exemplars must stay. */
  readonly iterations: number;
  readonly patience: number;
  /** Above this many sentences a sample is clustered and the rest assigned [R8]. */
  readonly sample: number;
  /** lambda and lambda_att of eq. 6-8 [R11]; `null` leaves cross hierarchy attention out. */
  readonly attention: { readonly sharpness: number; readonly weight: number } | null;
  /** Whether lambda and lambda_att are trained through ExemNCE [R11]. */
  readonly learnCha: boolean;
  /** Factor of the first layer's preference [R7a]. */
  readonly topScale: number;
  /**
   * Preferences between minimum and median are multiplied by the number of clustered sentences over this one. A merge
   * costs the size of a cluster and a preference is paid once, so plain preferences find more clusters the more sentences
   * there are; with this they do not. `null` (the paper): as they are.
   */
  readonly preferencePoints: number | null;
  /** Wanted clusters of the first and of the last layer; `null`: what the preferences give [R7a, R9]. */
  readonly topClusters: number | null;
  readonly bottomClusters: number | null;
  /** Where each layer's preference lies between top (0) and bottom (1); `null`: equal steps, line 4 of algorithm 1. */
  readonly preferenceShares: readonly number[] | null;
  /** One temperature for all exemplars (paper), or one by the density of each cluster (code, PCL) [R14]. */
  readonly temperatures: "shared" | "density";
}

/** The paper's values; where it is silent, what the notes resolve. */
export const PAPER_SETTINGS: HiureSettings = {
  spanWords: 2,
  spanFrom: "sentence",
  spanDraw: "step",
  clusterDraws: 1,
  markers: "entity",
  pair: "markers",
  markerStart: "mask",
  maxLength: 128,
  vectorDropout: 0,
  epochs: 20,
  rate: 1e-5,
  decay: "constant",
  weightDecay: 0,
  batchSize: 64,
  temperature: 0.02,
  momentum: 0.999,
  negatives: 512,
  queueStart: "keys",
  objective: "hince",
  exemplars: "hpc",
  kMeansLayers: [4, 6, 10],
  centres: "exemplar",
  layers: 3,
  iterations: 400,
  patience: 10,
  sample: 4000,
  attention: { sharpness: 10, weight: 0.1 },
  learnCha: false,
  topScale: 1,
  preferencePoints: null,
  topClusters: null,
  bottomClusters: null,
  preferenceShares: null,
  temperatures: "shared",
};

/** Throws an OptionError that names the first setting out of range. */
export function checkSettings(settings: HiureSettings): void {
  const whole = [
    "epochs",
    "batchSize",
    "layers",
    "iterations",
    "patience",
    "sample",
    "negatives",
    "clusterDraws",
  ] as const;
  for (const name of whole)
    if (!(Number.isInteger(settings[name]) && settings[name] >= 1))
      throw new OptionError(`${name} of HiURE is ${settings[name]}: it must be a whole number, 1 or more`);
  if (!(Number.isInteger(settings.spanWords) && settings.spanWords >= 0))
    throw new OptionError(
      `spanWords of HiURE is ${settings.spanWords}: it must be a whole number, 0 or more`,
    );
  for (const name of ["rate", "temperature", "topScale"] as const)
    if (!(Number.isFinite(settings[name]) && settings[name] > 0))
      throw new OptionError(`${name} of HiURE is ${settings[name]}: it must be a finite number above 0`);
  if (!(settings.momentum >= 0 && settings.momentum < 1))
    throw new OptionError(
      `momentum of HiURE is ${settings.momentum}: it must be at least 0 and below 1, or the momentum encoder never moves`,
    );
  const { learnCha, attention, exemplars, objective, preferencePoints } = settings;
  if (preferencePoints !== null && !(Number.isFinite(preferencePoints) && preferencePoints > 0))
    throw new OptionError(
      `preferencePoints of HiURE is ${preferencePoints}: it must be a finite number above 0, or null`,
    );
  if (settings.pair === "markers" && settings.markers === "none")
    throw new OptionError(
      'pair "markers" of HiURE needs markers in the text: set pair "mentions", or markers',
    );
  const isPlain = exemplars === "hpc" && settings.centres === "exemplar";
  if (learnCha && (attention === null || !isPlain || objective !== "hince"))
    throw new OptionError(
      'learnCha trains the attention of hierarchical propagation through ExemNCE: it needs attention, exemplars "hpc", centres "exemplar" and objective "hince"',
    );
}
