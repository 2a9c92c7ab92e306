package io.foldserve.graph;

import io.foldserve.problem.InvalidInputException;

/** A node applies an operator whose meaning is not known here: names the node and the operator. */
public final class UnknownOperatorException extends InvalidInputException {
    private static final long serialVersionUID = 1L;

    private final String operator;

    /** Refuses {@code node}; {@code where} says who does not know the operator. */
    public UnknownOperatorException(Node node, String where) {
        super("node " + node.name(), "operator %s is not known to %s".formatted(qualified(node), where));
        this.operator = qualified(node);
    }

    private static String qualified(Node node) {
        return node.domain().isEmpty() ? node.op() : node.domain() + "." + node.op();
    }

    /** The operator's name, after its domain if that is not ONNX's own. */
    public String operator() {
        return operator;
    }
}
