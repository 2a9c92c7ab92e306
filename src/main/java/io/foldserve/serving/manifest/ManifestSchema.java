package io.foldserve.serving.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.declaration.JsonSchema;
import java.util.Map;

/**
 * The JSON Schema of {@code model.yaml}, for editors and checks before a deployment. It is made of the keys that the
 * reader asks for, so that both always know the same; what only several values together can break, the reader alone
 * refuses.
 */
public final class ManifestSchema {
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private ManifestSchema() {}

    /** The schema (draft 2020-12) as JSON text that ends in a line feed. */
    public static String json() {
        Map<String, Object> head = JsonSchema.of(
                "$schema",
                DIALECT,
                "title",
                "A foldserve model",
                "description",
                "The manifest model.yaml in a model's folder.");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        try {
            return new ObjectMapper()
                            .writer(printer.withObjectIndenter(lines).withArrayIndenter(lines))
                            .writeValueAsString(JsonSchema.and(head, ManifestKeys.ROOT.schema()))
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a schema of plain maps cannot be written as JSON", e);
        }
    }
}
