package io.foldserve.serving.store;

/**
 * An experiment that was declared while its model was served. Immutable.
 *
 * @param insteadOf the manifest's experiment that it replaces; it holds for as long as the manifest says the same
 * @param definition the experiment
 */
public record Declared(String insteadOf, String definition) {}
