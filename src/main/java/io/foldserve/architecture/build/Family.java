package io.foldserve.architecture.build;

import io.foldserve.architecture.declare.Options;

/** One named architecture, before its options are read. */
@FunctionalInterface
public interface Family {

    /** Reads the options that are this architecture's own. */
    Network read(Options options);
}
