package io.foldserve.http;

import io.foldserve.problem.Problems;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.request.Refusal;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every failure as a status and an {@link ErrorBody}; what is not the client's fault is logged, never shown. */
public class ErrorMappers {
    /** How the framework's sentences begin, which speak of its annotations. */
    private static final List<String> FRAMEWORK = List.of(
            "The accept header value",
            "The content-type header value",
            "Invalid Accept",
            "Invalid Content-Type",
            "Unable to find matching target resource method");

    static final String NOTHING_HERE =
            "there is nothing at this address; models are listed at /v1/models, calls at /q/openapi";

    private static final Logger LOG = Logger.getLogger(ErrorMappers.class);
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int NOT_ACCEPTABLE = 406;
    private static final int CONFLICT = 409;
    private static final int PAYLOAD_TOO_LARGE = 413;
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;
    private static final int UNPROCESSABLE = 422;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int CLIENT_CLOSED_REQUEST = 499;
    private static final int INTERNAL_ERROR = 500;
    private static final int UNAVAILABLE = 503;
    private static final int GATEWAY_TIMEOUT = 504;

    @ServerExceptionMapper
    Response map(Throwable failure) {
        Refusal refusal = Refusal.of(unwrapped(failure));
        if (refusal.cause() instanceof WebApplicationException refused) {
            return refused(refused);
        }
        if (refusal.reason() == Refusal.Reason.INTERNAL) {
            return internal(refusal.cause());
        }
        Response.ResponseBuilder response = Response.status(status(refusal.reason()))
                .type(MediaType.APPLICATION_JSON)
                .entity(new ErrorBody(refusal.sentence()));
        refusal.retryAfter().ifPresent(wait -> response.header(HttpHeaders.RETRY_AFTER, wait.toSeconds()));
        return response.build();
    }

    /** How a request that ended by {@code failure} is counted. */
    public static Outcome outcome(Throwable failure) {
        Refusal refusal = Refusal.of(unwrapped(failure));
        return refusal.cause() instanceof ClientErrorException ? Outcome.REFUSED : refusal.outcome();
    }

    /** The framework wraps what fails while an answer is streamed. */
    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean wraps = failure instanceof WebApplicationException wrapping
                && wrapping.getResponse().getStatus() == INTERNAL_ERROR;
        return wraps && cause != null ? cause : failure;
    }

    private static int status(Refusal.Reason reason) {
        return switch (reason) {
            case INVALID -> BAD_REQUEST;
            case UNKNOWN_NAME -> NOT_FOUND;
            case TOO_LARGE -> PAYLOAD_TOO_LARGE;
            case BUSY -> CONFLICT;
            case UNSUPPORTED -> UNSUPPORTED_MEDIA_TYPE;
            case UNANSWERABLE, UNLOADABLE -> UNPROCESSABLE;
            case OVERLOADED -> TOO_MANY_REQUESTS;
            case CANCELLED -> CLIENT_CLOSED_REQUEST;
            case INTERNAL -> INTERNAL_ERROR;
            case UNAVAILABLE -> UNAVAILABLE;
            case DEADLINE -> GATEWAY_TIMEOUT;
        };
    }

    private static Response refused(WebApplicationException refusal) {
        Response response = refusal.getResponse();
        return Response.fromResponse(response)
                .type(MediaType.APPLICATION_JSON)
                .entity(body(refusal))
                .build();
    }

    private static Response internal(Throwable cause) {
        return Response.serverError()
                .type(MediaType.APPLICATION_JSON)
                .entity(new ErrorBody(logged(cause)))
                .build();
    }

    /** Logs what is not the client's fault; what the client is told of it. */
    static String logged(Throwable cause) {
        String reference = UUID.randomUUID().toString();
        LOG.errorf(cause, "internal error %s", reference);
        return "internal error; the service's log has it under " + reference;
    }

    /** Our own refusals say what they are about; those that the framework makes do not. */
    private static ErrorBody body(WebApplicationException cause) {
        String own = Objects.requireNonNullElse(cause.getMessage(), "");
        boolean says = cause.getCause() == null && !own.isBlank() && !isOfTheFramework(own);
        return new ErrorBody(
                says ? Problems.shortened(own) : sentence(cause.getResponse().getStatus()));
    }

    private static boolean isOfTheFramework(String message) {
        return message.startsWith("HTTP ") || FRAMEWORK.stream().anyMatch(message::startsWith);
    }

    private static String sentence(int status) {
        return switch (status) {
            case NOT_FOUND -> NOTHING_HERE;
            case METHOD_NOT_ALLOWED -> "this address does not answer this method; calls are listed at /q/openapi";
            case NOT_ACCEPTABLE ->
                "Accept asks for nothing that is answered here: JSON (application/json), or for a"
                        + " segmentation also image/png";
            case UNSUPPORTED_MEDIA_TYPE ->
                "Content-Type is no media type; write image/jpeg or image/png, or leave it" + " out";
            default -> "the request cannot be answered (status %d)".formatted(status);
        };
    }
}
