package io.foldserve.fold.result;

/**
 * A place where a rule might have applied and did not.
 *
 * @param node the node's name
 * @param rule the rule's name
 * @param reason a sentence that names the node and the tensor in the way
 */
public record Declined(String node, String rule, String reason) {}
