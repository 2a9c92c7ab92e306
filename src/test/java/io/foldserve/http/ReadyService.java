package io.foldserve.http;

import static io.restassured.RestAssured.given;

import java.time.Duration;

/** Waits until the service under test has loaded every model. */
public final class ReadyService {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private ReadyService() {}

    /** Returns once every model is served. */
    public static void await() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (given().get("/q/health/ready").statusCode() != 200) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        "not ready: " + given().get("/q/health/ready").asString());
            }
            Thread.sleep(20);
        }
    }
}
