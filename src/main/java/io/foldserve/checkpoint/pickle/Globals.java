package io.foldserve.checkpoint.pickle;

import java.util.List;

/** What a pickle may name, and what its calls mean: the only way from a pickle to anything but plain data. */
public interface Globals {

    /** Whether a pickle may name {@code global} at all; if not, it is refused by that name. */
    boolean allows(Value.Global global);

    /**
     * What calling {@code global} with {@code arguments} gives.
     *
     * @throws io.foldserve.problem.InvalidInputException if it may not be called, or not with these arguments
     */
    Value call(Value.Global global, List<Value> arguments);

    /**
     * The object outside the pickle that {@code id} stands for.
     *
     * @throws io.foldserve.problem.InvalidInputException if there is none
     */
    Value persistent(Value id);
}
