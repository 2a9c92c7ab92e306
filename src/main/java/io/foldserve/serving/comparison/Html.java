package io.foldserve.serving.comparison;

import java.util.Locale;

/** A growing HTML page. Values are escaped: names come from files that anyone may have written. Not thread-safe. */
final class Html {
    private final StringBuilder page = new StringBuilder();

    /** Adds markup, which is trusted, with each {@code %s} replaced by the next value, escaped. */
    Html add(String markup, Object... values) {
        Object[] escaped = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            escaped[i] = escape(String.valueOf(values[i]));
        }
        page.append(String.format(Locale.ROOT, markup, escaped)).append('\n');
        return this;
    }

    /** Adds text that is trusted as it is. */
    Html raw(String text) {
        page.append(text);
        return this;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
