// Profiles: the same code on three sizes of data and encoder.

import { unknownName } from "../core";

export type ProfileName = "quick" | "small" | "paper";

/** What a profile decides; everything else is the same in all three. */
export interface Profile {
  readonly name: ProfileName;
  readonly meaning: string;
  /** Seeds of runs that are averaged. */
  readonly seeds: readonly number[];
  /** The encoder that experiments begin from unless they name another. */
  readonly encoder: string;
}

const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  quick: { name: "quick", meaning: "minutes on any laptop", seeds: [0], encoder: "tiny" },
  small: {
    name: "small",
    meaning: "public data and MiniLM, an hour or two on a CPU",
    seeds: [0, 1, 2],
    encoder: "minilm",
  },
  paper: {
    name: "paper",
    meaning: "the paper's data, encoder and hyper-parameters, on a GPU",
    seeds: [0, 1, 2],
    encoder: "bert",
  },
};

/** The profile of that name; by default `RELATA_PROFILE`, else `quick`. */
export function profileOf(name: string = process.env["RELATA_PROFILE"] || "quick"): Profile {
  const found = PROFILES[name as ProfileName] as Profile | undefined;
  if (found === undefined) throw unknownName("profile", name, Object.keys(PROFILES));
  return found;
}
