export * from "./adjacency";
export * from "./graph-convolution";
