package io.foldserve.http;

import io.foldserve.serving.assignment.UnitLookup;
import io.foldserve.serving.assignment.UnitSource;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the unit that a request belongs to in its head: a header, a cookie or a query parameter. */
public final class RequestUnit implements UnitLookup {
    private final HttpServerRequest request;

    /** Of {@code request}. */
    public RequestUnit(HttpServerRequest request) {
        this.request = request;
    }

    @Override
    public Optional<String> find(UnitSource source) {
        return Optional.ofNullable(value(source)).filter(value -> !value.isEmpty());
    }

    private @Nullable String value(UnitSource source) {
        return switch (source.kind()) {
            case HEADER -> request.getHeader(source.name());
            case QUERY -> request.getParam(source.name());
            case COOKIE -> cookie(request.getCookie(source.name()));
        };
    }

    private static @Nullable String cookie(@Nullable Cookie cookie) {
        return cookie == null ? null : cookie.getValue();
    }
}
