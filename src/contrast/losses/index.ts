export * from "./cross-entropy";
export * from "./info-nce";
export * from "./nt-xent";
export * from "./sup-con";
