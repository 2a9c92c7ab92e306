package io.foldserve.http;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/** Describes the members of answers whose types in this program say less than is known of them. */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class DescribedMembers implements OASFilter {
    @Override
    public void filterOpenAPI(OpenAPI description) {
        Map<String, Schema> schemas = description.getComponents().getSchemas();
        member(
                schemas,
                "ExperimentReport",
                "experiment",
                OASFactory.createSchema().ref("#/components/schemas/ExperimentDeclaration"));
        member(
                schemas,
                "Recent",
                "answers",
                OASFactory.createSchema()
                        .type(List.of(SchemaType.OBJECT))
                        .description("The class by variant; of masks the share of pixels with the baseline's class")
                        .additionalPropertiesSchema(
                                OASFactory.createSchema().type(List.of(SchemaType.STRING, SchemaType.NUMBER))));
    }

    private static void member(Map<String, Schema> schemas, String type, String name, Schema schema) {
        Schema described = schemas.get(type);
        if (described == null) {
            throw new IllegalStateException("the document has no schema " + type);
        }
        described.addProperty(name, schema);
    }
}
