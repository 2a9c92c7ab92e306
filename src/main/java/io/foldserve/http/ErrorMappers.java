package io.foldserve.http;

import io.foldserve.serving.catalogue.NotReadyException;
import io.foldserve.serving.catalogue.UnknownNameException;
import io.foldserve.serving.request.DeadlineExceededException;
import io.foldserve.serving.request.QueueFullException;
import io.foldserve.task.InvalidRequestException;
import io.foldserve.task.image.ImageTooLargeException;
import io.foldserve.task.image.InvalidImageException;
import io.foldserve.task.image.UnsupportedImageException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every failure as a status and an {@link ErrorBody}; what is not the client's fault is logged, never shown. */
class ErrorMappers {
    private static final Logger LOG = Logger.getLogger(ErrorMappers.class);
    private static final int PAYLOAD_TOO_LARGE = 413;
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int CLIENT_CLOSED_REQUEST = 499;
    private static final int INTERNAL_ERROR = 500;
    private static final int UNAVAILABLE = 503;
    private static final int GATEWAY_TIMEOUT = 504;

    @ServerExceptionMapper
    Response map(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof WebApplicationException refusal) {
            return refused(refusal);
        }
        if (cause instanceof QueueFullException full) {
            return error(TOO_MANY_REQUESTS, full)
                    .header(HttpHeaders.RETRY_AFTER, full.retryAfter().toSeconds())
                    .build();
        }
        int status = status(cause);
        return status == INTERNAL_ERROR ? internal(cause) : error(status, cause).build();
    }

    private static int status(Throwable cause) {
        if (cause instanceof InvalidImageException || cause instanceof InvalidRequestException) {
            return Response.Status.BAD_REQUEST.getStatusCode();
        } else if (cause instanceof UnknownNameException) {
            return Response.Status.NOT_FOUND.getStatusCode();
        } else if (cause instanceof ImageTooLargeException) {
            return PAYLOAD_TOO_LARGE;
        } else if (cause instanceof UnsupportedImageException) {
            return UNSUPPORTED_MEDIA_TYPE;
        } else if (cause instanceof CancellationException) {
            return CLIENT_CLOSED_REQUEST;
        } else if (cause instanceof NotReadyException) {
            return UNAVAILABLE;
        } else if (cause instanceof DeadlineExceededException) {
            return GATEWAY_TIMEOUT;
        }
        return INTERNAL_ERROR;
    }

    private static Response refused(WebApplicationException refusal) {
        Response response = refusal.getResponse();
        return Response.fromResponse(response)
                .type(MediaType.APPLICATION_JSON)
                .entity(body(refusal))
                .build();
    }

    private static Response internal(Throwable cause) {
        String reference = UUID.randomUUID().toString();
        LOG.errorf(cause, "internal error %s", reference);
        return Response.serverError()
                .type(MediaType.APPLICATION_JSON)
                .entity(new ErrorBody("internal error; the service's log has it under " + reference))
                .build();
    }

    private static Response.ResponseBuilder error(int status, Throwable cause) {
        return Response.status(status).type(MediaType.APPLICATION_JSON).entity(body(cause));
    }

    private static ErrorBody body(Throwable cause) {
        return new ErrorBody(
                Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName()));
    }
}
