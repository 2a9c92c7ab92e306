package io.foldserve.fold.facts;

import io.foldserve.graph.Graph;
import io.foldserve.tensor.DType;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The element types that a fold writes: each number is composed in float64 and rounded to one of them once. */
public final class FoldedTypes {
    private static final Set<DType> WRITTEN = Set.of(DType.FLOAT32, DType.FLOAT16, DType.BFLOAT16);

    private FoldedTypes() {}

    /** True for the types that a fold writes. */
    static boolean isWritten(DType type) {
        return WRITTEN.contains(type);
    }

    /**
     * The type in which what is folded is written in place of operators of {@code graph} that compute in {@code own}:
     * a file is well typed and stays so, while a network that was built computes in FLOAT32. Empty if such operators
     * are not folded.
     */
    public static Optional<DType> of(Graph graph, Supplier<Optional<DType>> own) {
        return graph.fileRemainder().isFromFile()
                ? own.get().filter(FoldedTypes::isWritten)
                : Optional.of(DType.FLOAT32);
    }
}
