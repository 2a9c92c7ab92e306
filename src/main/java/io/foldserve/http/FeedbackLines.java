package io.foldserve.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.serving.experiment.FeedbackItem;
import io.foldserve.task.InvalidRequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads feedback: one JSON object, or many, one a line. */
final class FeedbackLines {
    private static final int MOST = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private static final Set<String> MEMBERS = Set.of("id", "label");

    private FeedbackLines() {}

    /**
     * The objects of {@code body}.
     *
     * @throws InvalidRequestException if one of them is no feedback, which is named by its number
     */
    static List<FeedbackItem> read(byte[] body) {
        List<FeedbackItem> items = new ArrayList<>();
        try (MappingIterator<JsonNode> nodes = JSON.readerFor(JsonNode.class).readValues(body)) {
            while (nodes.hasNextValue()) {
                items.add(item(nodes.nextValue(), items.size() + 1));
                if (items.size() > MOST) {
                    throw new InvalidRequestException("expected at most %d objects, found more".formatted(MOST));
                }
            }
        } catch (JsonProcessingException malformed) {
            throw new InvalidRequestException("object %d is not JSON, expected {\"id\": \"…\", \"label\": \"…\"}: %s"
                    .formatted(items.size() + 1, JsonPlace.why(malformed)));
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can be read", e);
        }
        if (items.isEmpty()) {
            throw new InvalidRequestException("the body is empty, expected {\"id\": \"…\", \"label\": \"…\"}");
        }
        return items;
    }

    private static FeedbackItem item(JsonNode node, int number) {
        Set<String> names = new HashSet<>();
        node.fieldNames().forEachRemaining(names::add);
        JsonNode id = node.path("id");
        JsonNode label = node.path("label");
        boolean isLabel = label.isTextual() || label.isIntegralNumber();
        if (!names.equals(MEMBERS) || !id.isTextual() || !isLabel) {
            throw new InvalidRequestException(
                    "object %d: expected {\"id\": \"…\", \"label\": \"…\"} with a label's name or index, and no more,"
                                    .formatted(number)
                            + " found " + found(node, names));
        }
        return new FeedbackItem(id.asText(), label.asText());
    }

    private static String found(JsonNode node, Set<String> names) {
        if (!node.isObject()) {
            return JsonPlace.found(node.asToken());
        }
        return names.equals(MEMBERS)
                ? "%s as id and %s as label"
                        .formatted(
                                JsonPlace.found(node.path("id").asToken()),
                                JsonPlace.found(node.path("label").asToken()))
                : "the members " + new TreeSet<>(names);
    }
}
