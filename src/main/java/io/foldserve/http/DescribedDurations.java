package io.foldserve.http;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.media.Schema;

/** Describes durations as they are answered: as seconds, not as the text that the framework takes them for. */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class DescribedDurations implements OASFilter {
    @Override
    public Schema filterSchema(Schema schema) {
        if (!"duration".equals(schema.getFormat())) {
            return schema;
        }
        return schema.type(List.of(Schema.SchemaType.NUMBER))
                .format("double")
                .examples(List.of(0.25))
                .description("Seconds");
    }
}
