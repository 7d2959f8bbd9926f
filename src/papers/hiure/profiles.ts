// The settings of HiURE by profile. No work imports this: what a profile changes shows in the settings of a run.

import type { ProfileName } from "../../experiments";
import { checkSettings, PAPER_SETTINGS, type HiureSettings } from "./settings";

/** What each profile changes. */
const CHANGES: Readonly<Record<ProfileName, Partial<HiureSettings>>> = {
  paper: {},
  small: {
    rate: 5e-5,
    decay: "cosine",
    epochs: 4,
    temperature: 0.1,
    momentum: 0.97,
    negatives: 256,
    maxLength: 96,
    preferencePoints: 300,
    clusterDraws: 8,
  },
  quick: {
    rate: 5e-4,
    decay: "cosine",
    epochs: 8,
    temperature: 0.5,
    momentum: 0.99,
    negatives: 256,
    maxLength: 64,
    iterations: 200,
    sample: 1500,
    preferencePoints: 150,
    clusterDraws: 8,
  },
};

/** The released code's way: one encoder, k-means, density temperatures, span words drawn once between the mentions. */
export const CODE_CHANGES: Partial<HiureSettings> = {
  spanFrom: "between",
  spanDraw: "once",
  vectorDropout: 0.1,
  momentum: 0,
  negatives: 10,
  queueStart: "random",
  markerStart: "random",
  exemplars: "k-means",
  kMeansLayers: [4, 6, 10, 16, 100],
  temperatures: "density",
  attention: null,
};

/**
 * Settings of a profile with changes, checked.
 *
 * @example hiureSettings("quick", { objective: "infonce" })
 * @throws OptionError that names the first setting out of range
 */
export function hiureSettings(profile: ProfileName, changes: Partial<HiureSettings> = {}): HiureSettings {
  const settings = { ...PAPER_SETTINGS, ...CHANGES[profile], ...changes };
  checkSettings(settings);
  return settings;
}
