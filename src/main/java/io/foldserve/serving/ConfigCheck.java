package io.foldserve.serving;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.serving.manifest.ManifestReader;
import io.foldserve.serving.store.StoreAddress;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks a configuration against the bounds that {@link ServingConfig} documents, all at once. */
final class ConfigCheck {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{16,512}");
    private static final String TOKEN_RULE = "16 to 512 letters, digits and -._~+/=";

    private final Problems problems = new Problems("configuration");

    private ConfigCheck() {}

    /**
     * Accepts {@code config}, or reports every key outside its bounds.
     *
     * @throws InvalidInputException with one problem per key
     */
    static void expectValid(ServingConfig config) {
        ConfigCheck check = new ConfigCheck();
        config.threads().processors().ifPresent(cores -> check.range("threads.processors", cores, 1, 1024));
        config.queue().maxWait().ifPresent(wait -> check.range("queue.max-wait", wait, Duration.ofMillis(1)));
        check.range("queue.max-bytes", config.queue().maxBytes().asBigInteger(), 1_000_000, 1_000_000_000_000L);
        check.range("request.deadline", config.request().deadline(), Duration.ofMillis(1));
        check.range("request.max-body", config.request().maxBody().asBigInteger(), 1_000, 1_000_000_000);
        check.range("request.max-pixels", config.request().maxPixels(), 1, 500_000_000);
        check.unitInterval("proof.tolerance", config.proof().tolerance());
        check.range("proof.probes", config.proof().probes(), 1, 64);
        check.range("parity.at-load", config.parity().atLoad(), Duration.ZERO);
        check.range("parity.certificate", config.parity().certificate(), Duration.ZERO);
        check.range("parity.on-request", config.parity().onRequest(), Duration.ofMillis(1));
        config.watch().ifPresent(interval -> check.range("models.watch", interval, Duration.ofMillis(100)));
        check.names("readiness", config.readiness());
        check.token("admin.token", config.admin().token());
        check.token("predict.token", config.predict().token());
        config.management().port().ifPresent(port -> check.range("management.port", port, 1, 65_535));
        check.range("store.answers", config.store().answers(), 100, 10_000_000);
        config.store()
                .url()
                .filter(url -> !url.startsWith(StoreAddress.POSTGRESQL))
                .ifPresent(url -> check.problem("store.url", StoreAddress.POSTGRESQL + "//HOST/DATABASE", "another"));
        check.problems.throwIfAny();
    }

    private void range(String key, int value, int least, int most) {
        range(key, BigInteger.valueOf(value), least, most);
    }

    private void range(String key, BigInteger value, long least, long most) {
        if (value.compareTo(BigInteger.valueOf(least)) < 0 || value.compareTo(BigInteger.valueOf(most)) > 0) {
            problem(key, least + " to " + most, value);
        }
    }

    private void range(String key, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
            problem(key, least + " to " + LONGEST, value);
        }
    }

    private void names(String key, String value) {
        if (!Arrays.stream(value.split(",", -1)).map(String::strip).allMatch(ManifestReader::isName)) {
            problem(key, "served, all, or names of models, separated by commas", "'" + value + "'");
        }
    }

    /** The value is not told: it is nearly a secret. */
    private void token(String key, Optional<String> token) {
        if (token.isPresent() && !TOKEN.matcher(token.get()).matches()) {
            problem(key, TOKEN_RULE, token.get().length() + " characters");
        }
    }

    /** Written so that NaN is refused too. */
    private void unitInterval(String key, double value) {
        if (!(value >= 0 && value <= 1)) {
            problem(key, "0 to 1", value);
        }
    }

    private void problem(String key, String expected, Object found) {
        problems.add("foldserve.%s: expected %s, found %s".formatted(key, expected, found));
    }
}
