package io.foldserve.checkpoint.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.problem.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Streams a safetensors header through a JSON parser with strict limits, so that it is never held as a tree. */
final class HeaderParser {
    private static final String METADATA = "__metadata__";

    /** A header nests three deep; its numbers are file offsets, at most 19 digits. Names are not cached for ever. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(3)
                    .maxNumberLength(19)
                    .maxNameLength(65_536)
                    .maxStringLength(10_000_000)
                    .build())
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final JsonParser json;

    private HeaderParser(JsonParser json) {
        this.json = json;
    }

    /**
     * The header in {@code bytes}.
     *
     * @throws InvalidInputException if it is not JSON in UTF-8, not of a header's form, or names something twice
     */
    static Header parse(ByteBuffer bytes) {
        try (InputStreamReader utf8 =
                        new InputStreamReader(new BufferStream(bytes), StandardCharsets.UTF_8.newDecoder());
                JsonParser json = JSON.createParser(utf8)) {
            return new HeaderParser(json).header();
        } catch (JsonProcessingException malformed) {
            throw new InvalidInputException(
                    "safetensors header", "is not the JSON expected: " + Quoted.of(malformed.getOriginalMessage()));
        } catch (CharacterCodingException malformed) {
            throw new InvalidInputException("safetensors header", "is not UTF-8");
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private Header header() throws IOException {
        expect(json.nextToken(), JsonToken.START_OBJECT);
        List<Header.Entry> entries = new ArrayList<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            expect(json.nextToken(), JsonToken.START_OBJECT);
            if (name.equals(METADATA)) {
                metadata.putAll(metadata());
            } else {
                entries.add(entry(name));
            }
        }
        if (json.nextToken() != null) {
            throw broken("the header goes on after its end");
        }
        return new Header(entries, metadata);
    }

    private Map<String, String> metadata() throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            expect(json.nextToken(), JsonToken.VALUE_STRING);
            metadata.put(name, json.getText());
        }
        return metadata;
    }

    private Header.Entry entry(String name) throws IOException {
        Optional<String> dtype = Optional.empty();
        Optional<List<Long>> shape = Optional.empty();
        Optional<List<Long>> offsets = Optional.empty();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "dtype" -> {
                    expect(value, JsonToken.VALUE_STRING);
                    dtype = Optional.of(json.getText());
                }
                case "shape" -> shape = Optional.of(numbers(value));
                case "data_offsets" -> offsets = Optional.of(numbers(value));
                default -> throw broken(name + " has an unknown field " + field);
            }
        }
        if (dtype.isEmpty()
                || shape.isEmpty()
                || offsets.isEmpty()
                || offsets.get().size() != 2) {
            throw broken(name + " lacks a dtype, a shape, or two data_offsets");
        }
        return new Header.Entry(
                name,
                dtype.get(),
                shape.get(),
                offsets.get().get(0),
                offsets.get().get(1));
    }

    private List<Long> numbers(JsonToken start) throws IOException {
        expect(start, JsonToken.START_ARRAY);
        List<Long> numbers = new ArrayList<>();
        for (JsonToken item = json.nextToken(); item != JsonToken.END_ARRAY; item = json.nextToken()) {
            expect(item, JsonToken.VALUE_NUMBER_INT);
            numbers.add(json.getLongValue());
        }
        return numbers;
    }

    private void expect(JsonToken found, JsonToken expected) {
        if (found != expected) {
            throw broken("expected %s, found %s".formatted(expected, found));
        }
    }

    private InvalidInputException broken(String problem) {
        return new InvalidInputException(
                "safetensors header",
                "at character %d: %s".formatted(json.currentLocation().getCharOffset(), Quoted.of(problem)));
    }

    /** A buffer as a stream, read in whole blocks. */
    private static final class BufferStream extends InputStream {
        private final ByteBuffer bytes;

        BufferStream(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return bytes.hasRemaining() ? bytes.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (!bytes.hasRemaining()) {
                return length == 0 ? 0 : -1;
            }
            int count = Math.min(length, bytes.remaining());
            bytes.get(into, offset, count);
            return count;
        }
    }
}
