package io.foldserve.http.access;

import io.foldserve.http.access.AccessRefusal.Kind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who may do what. Admin calls are answered on the management port only, where there is one; to callers with the admin
 * token only, where there is one; and without both only to this machine's own users. Immutable and thread-safe.
 */
public final class AccessPolicy {
    private static final String ONLY_THERE = "this call is answered on the management port only";
    private static final String ONLY_LOCAL = "this call is answered without a token only to users of the service's own"
            + " machine; whoever runs the service lets others call by setting foldserve.admin.token, or"
            + " foldserve.management.port";
    private static final String CLOSED = "this call is answered to nobody, as neither foldserve.admin.token nor"
            + " foldserve.management.port is set";
    private static final String NO_TOKEN =
            "this call needs the header 'Authorization: Bearer <token>' with the %s" + " token, found %s";

    private final Optional<AccessToken> admin;
    private final Optional<AccessToken> predict;
    private final boolean localAdmin;
    private final boolean managed;

    /**
     * A policy of these tokens.
     *
     * @param admin the admin calls' token, if they have one
     * @param predict the predictions' token, if they have one
     * @param localAdmin whether users of this machine need no token where none is set
     * @param managed whether there is a management port
     */
    AccessPolicy(Optional<String> admin, Optional<String> predict, boolean localAdmin, boolean managed) {
        this.admin = admin.map(AccessToken::new);
        this.predict = predict.map(AccessToken::new);
        this.localAdmin = localAdmin;
        this.managed = managed;
    }

    /** Whether there is a management port. */
    boolean managed() {
        return managed;
    }

    /** Why {@code caller} may not make an admin call, if so. */
    Optional<AccessRefusal> admin(Caller caller) {
        if (managed && !caller.managing()) {
            return Optional.of(new AccessRefusal(Kind.NOT_HERE, ONLY_THERE));
        }
        if (admin.isPresent()) {
            return admin.get().isIn(caller.authorization())
                    ? Optional.empty()
                    : Optional.of(noToken("admin", caller.authorization()));
        }
        if (caller.managing() || (localAdmin && caller.local())) {
            return Optional.empty();
        }
        return Optional.of(new AccessRefusal(Kind.NOT_HERE, localAdmin ? ONLY_LOCAL : CLOSED));
    }

    /** Why {@code caller} may not have a model run, if so; whoever has the admin token may. */
    Optional<AccessRefusal> predict(Caller caller) {
        boolean mayPredict = predict.isEmpty()
                || Stream.of(predict, admin)
                        .flatMap(Optional::stream)
                        .anyMatch(token -> token.isIn(caller.authorization()));
        return mayPredict ? Optional.empty() : Optional.of(noToken("predict", caller.authorization()));
    }

    private static AccessRefusal noToken(String which, List<String> authorization) {
        String found = authorization.isEmpty() ? "none" : "another";
        return new AccessRefusal(Kind.NO_TOKEN, NO_TOKEN.formatted(which, found));
    }
}
