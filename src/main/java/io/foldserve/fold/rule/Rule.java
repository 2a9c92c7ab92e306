package io.foldserve.fold.rule;

import io.foldserve.graph.Node;
import java.util.Set;

/**
 * One exact rewrite. Its Javadoc has the algebra with every shape, the source, and what is declined.
 *
 * <p>A rule is made for one graph. Whether it fires depends on structure and small constants only, never on whole
 * kernels, which are composed after everything has been chosen.
 */
public interface Rule {
    /** The name that reports, meters and the glossary use. */
    String name();

    /** The rule in one sentence, for the glossary. */
    String sentence();

    /** Where the algebra is from, for the glossary. */
    String source();

    /** The ONNX operators at which it may fire; the index of all rules is made of them. */
    Set<String> operators();

    /** True when a form may read behind barriers. Nothing composes with such a form further. */
    default boolean readsBehindBarriers() {
        return false;
    }

    /**
     * The forms of the outputs of {@code node}, which is one of {@link #operators}, or why there are none.
     *
     * @param known the graph, and the forms of all values before {@code node}
     */
    Outcome apply(Node node, Known known);
}
