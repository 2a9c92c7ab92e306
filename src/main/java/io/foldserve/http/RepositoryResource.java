package io.foldserve.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.foldserve.http.access.AdminCall;
import io.foldserve.serving.life.Repository;
import io.foldserve.task.InvalidRequestException;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Iterator;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * {@code POST /v2/repository/models/{model}/load} and {@code unload}, the model repository extension of the Open
 * Inference Protocol. The answer waits for the work; looking at the folders takes a worker's thread.
 */
@Path("/v2/repository/models/{model}")
@AdminCall
@Tag(name = "repository")
@Blocking
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class RepositoryResource {
    private final Repository repository;
    private final ObjectMapper json;

    RepositoryResource(Repository repository, ObjectMapper json) {
        this.repository = repository;
        this.json = json;
    }

    /**
     * Loads what is in the model's folder, beside what is served until then.
     *
     * @param model the name of the model and of its folder
     * @param body nothing, or JSON with parameters; only those without effect are taken
     */
    @POST
    @Path("load")
    @Operation(summary = "Load a model's folder, new or changed; a served one goes on until it is replaced in one step")
    @RequestBody(
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "#/components/schemas/RepositoryRequest")))
    public CompletionStage<ModelBody> load(@PathParam("model") String model, String body) {
        expectNoParameters(body);
        return repository.load(model).thenApply(ModelBody::of);
    }

    /**
     * Serves the model no more.
     *
     * @param model the model's name
     * @param body nothing, or JSON with parameters; only those without effect are taken
     */
    @POST
    @Path("unload")
    @Operation(summary = "Serve a model no more; requests that it has accepted are answered")
    @RequestBody(
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(ref = "#/components/schemas/RepositoryRequest")))
    public CompletionStage<ModelBody> unload(@PathParam("model") String model, String body) {
        expectNoParameters(body);
        return repository.unload(model).thenApply(ModelBody::of);
    }

    /** Clients always say that no dependents are to be unloaded, of which there are none. */
    private void expectNoParameters(String body) {
        if (body.isBlank()) {
            return;
        }
        JsonNode parameters = parse(body).path("parameters");
        if (!parameters.isMissingNode() && !parameters.isObject() && !parameters.isNull()) {
            throw new InvalidRequestException(
                    "parameters must be an object, found " + JsonPlace.found(parameters.asToken()));
        }
        for (Iterator<String> names = parameters.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!name.equals("unload_dependents")) {
                throw new InvalidRequestException(
                        "the parameter '%s' is not taken; a model is what its folder says, expected none"
                                .formatted(name));
            }
        }
    }

    private JsonNode parse(String body) {
        try {
            JsonNode parsed = json.reader()
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(body);
            if (parsed.isObject()) {
                return parsed;
            }
        } catch (MismatchedInputException more) {
            throw new InvalidRequestException("something follows the JSON object of the body, expected nothing");
        } catch (JsonProcessingException malformed) {
            throw new InvalidRequestException(
                    "the body is not JSON, expected none or an object: " + JsonPlace.why(malformed));
        }
        throw new InvalidRequestException("the body is not a JSON object, expected none or one");
    }
}
