package io.foldserve.serving.request;

/** A request would hold more memory than all requests together may, so that it can never be answered here. */
final class RequestTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RequestTooLargeException(long needed, long capacity) {
        super("the request takes %d bytes of memory to answer, and all requests together may hold %d"
                .formatted(needed, capacity));
    }
}
