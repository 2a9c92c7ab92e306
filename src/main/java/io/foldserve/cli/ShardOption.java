package io.foldserve.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Which part of a test set is compared.
 *
 * @param index from 0
 * @param count how many parts there are
 */
record ShardOption(int index, int count) {

    /** Written as it is given: {@code 0/4}. */
    @Override
    public String toString() {
        return index + "/" + count;
    }

    /** Reads {@code I/N}. */
    static final class Converter implements ITypeConverter<ShardOption> {
        private static final Pattern PART = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

        @Override
        public ShardOption convert(String value) {
            Matcher matcher = PART.matcher(value);
            if (matcher.matches()) {
                int index = Integer.parseInt(matcher.group(1));
                int count = Integer.parseInt(matcher.group(2));
                if (index < count) {
                    return new ShardOption(index, count);
                }
            }
            throw new TypeConversionException(
                    "expected I/N, a part from 0 and the number of parts, such as 0/4, found \"" + value + "\"");
        }
    }
}
