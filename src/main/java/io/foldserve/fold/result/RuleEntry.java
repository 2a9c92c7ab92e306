package io.foldserve.fold.result;

/**
 * One entry of the glossary of rules. Immutable.
 *
 * @param name the rule's name in reports and meters
 * @param sentence what the rule does, in one sentence
 * @param source where its algebra is from
 */
public record RuleEntry(String name, String sentence, String source) {}
