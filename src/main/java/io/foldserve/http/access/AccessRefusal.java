package io.foldserve.http.access;

/**
 * Why a call is not let through.
 *
 * @param kind whether a token would help
 * @param sentence what the caller is told
 */
record AccessRefusal(Kind kind, String sentence) {

    /** Whether a token would help. */
    enum Kind {
        /** The call needs a token, which is not there or is another one: 401, UNAUTHENTICATED. */
        NO_TOKEN,
        /** The call is not answered here, whoever calls: 403, PERMISSION_DENIED. */
        NOT_HERE
    }
}
