// Every suite by name: a new one is a file beside this and a line here.

import type { Suite } from "../plan";
import { clgsSuite } from "./clgs";
import { clusterSuite } from "./cluster";
import { dataSuite } from "./data";
import { engineSuite } from "./engine";
import { fineclSuite } from "./finecl";
import { hiclreSuite } from "./hiclre";
import { hiureSuite } from "./hiure";
import { kernelSuite } from "./kernel";
import { mcclSuite } from "./mccl";

/** All suites, in the order in which `bench all` runs them. */
export const suites: readonly Suite[] = [
  engineSuite,
  kernelSuite,
  dataSuite,
  clusterSuite,
  hiureSuite,
  clgsSuite,
  fineclSuite,
  hiclreSuite,
  mcclSuite,
];
