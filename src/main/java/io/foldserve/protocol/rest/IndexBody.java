package io.foldserve.protocol.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.foldserve.http.JsonPlace;
import io.foldserve.task.InvalidRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** The body of a request for the repository's index: nothing, or which models are listed. */
final class IndexBody {
    private static final JsonFactory JSON = new JsonFactory();

    private IndexBody() {}

    /**
     * Whether only the models that are ready are wanted.
     *
     * @throws InvalidRequestException if the body is neither empty nor {@code {"ready": true or false}}
     */
    static boolean readyOnly(String body) {
        AtomicBoolean ready = new AtomicBoolean();
        if (body.isBlank()) {
            return false;
        }
        try (JsonParser json = JSON.createParser(body)) {
            json.nextToken();
            JsonObject.read(json, "the request", Map.of("ready", value -> ready.set(JsonObject.truth(value, "ready"))));
            if (json.nextToken() != null) {
                throw new InvalidRequestException("something follows the JSON object of the request");
            }
        } catch (JsonProcessingException e) {
            throw new InvalidRequestException(
                    "the request is not JSON, expected nothing, or {\"ready\": true}: " + JsonPlace.why(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ready.get();
    }
}
