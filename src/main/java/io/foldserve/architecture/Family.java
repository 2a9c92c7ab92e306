package io.foldserve.architecture;

/** One named architecture, before its options are read. */
@FunctionalInterface
interface Family {

    /** Reads the options that are this architecture's own. */
    Network read(Options options);
}
