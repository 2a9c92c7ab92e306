package io.foldserve.checkpoint.base;

/** Text from an untrusted file, made safe to show: control characters escaped, long text cut. */
public final class Quoted {
    private static final int LONGEST = 120;

    private Quoted() {}

    /** {@code text} with everything outside printable ASCII and letters escaped, cut after 120 characters. */
    public static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars().limit(LONGEST).forEach(c -> {
            if ((c >= ' ' && c < 0x7F) || Character.isLetterOrDigit(c)) {
                shown.append((char) c);
            } else {
                shown.append("\\u%04x".formatted(c));
            }
        });
        return text.length() > LONGEST ? shown + "…" : shown.toString();
    }
}
