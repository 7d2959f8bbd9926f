// What each work of this paper is given: plain data, part of what decides its result.

import type { OrderLoss } from "./order/order-task";
import type { PlainKind } from "./documents/plain-reader";
import type { PretrainMethod, PretrainOptions } from "./pretraining/pretraining";
import type { FineClSettings, LoopSettings, SentenceData } from "./experiments/settings";

/** Which data, and how many of them. */
export interface DataSettings extends Pick<FineClSettings, "documents" | "noise" | "most" | "joined"> {}

interface Common {
  readonly data: DataSettings;
  readonly encoder: string;
  readonly maxLength: number;
  readonly loop: LoopSettings;
}

/** Stage 1. */
export interface OrderWork extends Common {
  readonly noneRatio: number;
  /** Probability with which an entity is read as [BLANK]. */
  readonly blank: number;
  readonly loss: OrderLoss;
  /** Markers around mentions: another way of reading, for comparing orders. */
  readonly isMarked: boolean;
}

/** Stage 2. */
export interface PretrainWork extends Common {
  readonly method: PretrainMethod;
  readonly options: PretrainOptions;
  readonly alpha: number;
  /** The order is taken as if stage 1 had ended after so many epochs; null: all of them. */
  readonly epochsOfOrder: number | null;
}

/** What of the documents stage 3 reads, and how. */
export interface DocumentAdaptation {
  readonly noneRatio: number;
  /** Share of the annotated documents. */
  readonly share: number;
  /** null: annotated documents; else distant ones, all or those learned in the first epoch by an order. */
  readonly subset: "all" | "batch" | "epoch" | null;
  /** As many first epochs as hold this share of the instances, in place of the first alone (null). */
  readonly subsetShare: number | null;
  /** A network from before encoders; null: the encoder. */
  readonly reader: PlainKind | null;
  /** What is minimised, where not binary cross-entropy as for DocRED. */
  readonly loss?: OrderLoss;
  /** Whether the confidence of every distant instance is kept, for WCL. */
  readonly withConfidence: boolean;
}

/** Stage 3 on documents. */
export interface AdaptDocumentsWork extends Common, DocumentAdaptation {}

/** Stage 3 on sentences. */
export interface AdaptSentencesWork extends Common {
  readonly sentences: SentenceData;
  readonly share: number;
  readonly dropout: number;
}
