package io.foldserve.architecture.build;

import io.foldserve.declaration.Keys;
import io.foldserve.declaration.Section;
import java.util.function.Function;

/**
 * A named architecture, before its options are read. Immutable and thread-safe.
 *
 * @param keys the options that are this architecture's own
 * @param reader reads them from a section that has them
 */
public record Family(Keys keys, Function<Section, Network> reader) {

    /** Reads the options that are this architecture's own. */
    public Network read(Section section) {
        return reader.apply(section);
    }
}
