package io.foldserve.cli;

/**
 * One line of a manifest that is made for a checkpoint.
 *
 * @param before what stands in front of the value: the indentation, the key and its colon
 * @param value the value as it is written in YAML; empty if the line has none
 * @param key by which the value can be given when the manifest is made; empty if the file alone says what it is
 * @param question what its user has to know about the value, for a person; empty if nothing is asked
 */
record ManifestLine(String before, String value, String key, String question) {

    /** A line about which nothing is asked. */
    static ManifestLine of(String before, Object value) {
        return new ManifestLine(before, value.toString(), "", "");
    }

    /** A line whose value is a proposal. */
    static ManifestLine asked(String before, Object value, String key, String question) {
        return new ManifestLine(before, value.toString(), key, question);
    }

    /** The line with another value, about which nothing is asked any more. */
    ManifestLine answered(String answer) {
        return new ManifestLine(before, answer, key, "");
    }

    /** The line as one of the variant {@code name}. */
    ManifestLine under(String name) {
        return new ManifestLine(before, value, name + "." + key, question);
    }

    /** The line as it is written. */
    String print() {
        String text = before + value;
        return question.isEmpty() ? text : "%-44s # %s".formatted(text, question);
    }
}
