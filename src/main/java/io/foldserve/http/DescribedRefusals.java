package io.foldserve.http;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/**
 * Adds to the description of each call the refusals that it may be answered with, which {@link ErrorMappers} makes for
 * all of them alike.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class DescribedRefusals implements OASFilter {
    private static final Map<Integer, String> MEANINGS = new TreeMap<>(Map.ofEntries(
            Map.entry(400, "The request asks for what cannot be given, or its body is damaged"),
            Map.entry(401, "The call needs a token, and brought none that is right"),
            Map.entry(404, "There is no such model, variant or file"),
            Map.entry(406, "Accept asks for nothing that is answered here"),
            Map.entry(408, "The body did not arrive in time"),
            Map.entry(409, "A measurement is under way"),
            Map.entry(413, "The body or the picture is too large"),
            Map.entry(415, "The body or the picture is of a kind that is not read"),
            Map.entry(422, "What was sent or is in the model's folder cannot be worked with"),
            Map.entry(429, "Too much is under way; Retry-After says when to try again, where that is known"),
            Map.entry(500, "The service is at fault; its log has more under the reference"),
            Map.entry(503, "The model is not served now, or the service is stopping"),
            Map.entry(504, "The deadline passed")));

    private static final List<Integer> ALWAYS = List.of(400, 406, 500);
    private static final List<Integer> NAMED = List.of(404, 503);
    private static final List<Integer> PICTURED = List.of(401, 408, 413, 415, 422, 429, 504);

    @Override
    public void filterOpenAPI(OpenAPI description) {
        description.getPaths().getPathItems().forEach(DescribedRefusals::describe);
    }

    private static void describe(String path, PathItem item) {
        for (Operation operation : item.getOperations().values()) {
            APIResponses responses = operation.getResponses();
            describe(responses, ALWAYS);
            if (path.contains("{")) {
                describe(responses, NAMED);
            }
            if (path.matches(".*/(predict|compare|infer)")) {
                describe(responses, PICTURED);
            }
            if (path.endsWith("/load")) {
                describe(responses, List.of(422));
            }
            if (path.endsWith("/parity") && operation.equals(item.getPOST())) {
                describe(responses, List.of(409));
            }
        }
    }

    private static void describe(APIResponses responses, List<Integer> statuses) {
        for (int status : statuses) {
            String code = Integer.toString(status);
            // The framework adds some without saying what they are answered with.
            APIResponse described = responses.getAPIResponse(code);
            if (described == null || described.getContent() == null) {
                responses.addAPIResponse(code, refusal(String.valueOf(MEANINGS.get(status))));
            }
        }
    }

    private static APIResponse refusal(String meaning) {
        return OASFactory.createAPIResponse()
                .description(meaning)
                .content(OASFactory.createContent()
                        .addMediaType(
                                MediaType.APPLICATION_JSON,
                                OASFactory.createMediaType()
                                        .schema(OASFactory.createSchema().ref("#/components/schemas/ErrorBody"))));
    }
}
