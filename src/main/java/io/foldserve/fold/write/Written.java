package io.foldserve.fold.write;

import io.foldserve.graph.Node;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * What is put in the place of nodes that were folded.
 *
 * @param nodes in execution order; the last computes the value that the folded ones did
 * @param constants kernels and biases that they read, in float64 or rounded once
 */
public record Written(List<Node> nodes, Map<String, Tensor> constants) {}
