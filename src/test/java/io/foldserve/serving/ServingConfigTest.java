package io.foldserve.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.foldserve.problem.InvalidInputException;
import io.foldserve.session.ThreadProfile;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServingConfigTest {

    static ServingConfig config(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .withMapping(ServingConfig.class)
                .build()
                .getConfigMapping(ServingConfig.class);
    }

    @Test
    void hasTheDocumentedDefaults() {
        ServingConfig config = config(Map.of());

        assertThat(config.models()).isEqualTo(Path.of("models"));
        assertThat(config.followLinks()).isEmpty();
        assertThat(config.watch()).isEmpty();
        assertThat(config.readiness()).isEqualTo("served");
        assertThat(config.data()).isEqualTo(Path.of("data"));
        assertThat(config.store().url()).isEmpty();
        assertThat(config.store().user()).isEmpty();
        assertThat(config.store().password()).isEmpty();
        assertThat(config.store().answers()).isEqualTo(100_000);
        assertThat(config.threads().profile()).isEqualTo(ThreadProfile.ADAPTIVE);
        assertThat(config.threads().processors()).isEmpty();
        assertThat(config.threads().spinning()).isFalse();
        assertThat(config.queue().maxWait()).isEmpty();
        assertThat(config.queue().maxBytes().asLongValue()).isEqualTo(512L << 20);
        assertThat(config.request().deadline()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.request().maxBody().asLongValue()).isEqualTo(10L << 20);
        assertThat(config.request().maxPixels()).isEqualTo(25_000_000);
        assertThat(config.fold().timing()).isTrue();
        assertThat(config.fold().costCache()).isEmpty();
        assertThat(config.proof().tolerance()).isEqualTo(2e-5);
        assertThat(config.proof().probes()).isEqualTo(4);
        assertThat(config.parity().atLoad()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.parity().certificate()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.parity().onRequest()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.accessLog()).isFalse();
        assertThat(config.admin().token()).isEmpty();
        assertThat(config.admin().local()).isTrue();
        assertThat(config.predict().token()).isEmpty();
        assertThat(config.management().port()).isEmpty();
        assertThatCode(() -> ConfigCheck.expectValid(config)).doesNotThrowAnyException();
    }

    @Test
    void mapsEveryKey() {
        ServingConfig config = config(Map.ofEntries(
                Map.entry("foldserve.models", "/srv/models"),
                Map.entry("foldserve.models.follow-links", "/cache/hub,/srv/dvc"),
                Map.entry("foldserve.models.watch", "3s"),
                Map.entry("foldserve.readiness", "digits, scenes"),
                Map.entry("foldserve.data", "/var/lib/foldserve"),
                Map.entry("foldserve.store.url", "jdbc:postgresql://db/foldserve"),
                Map.entry("foldserve.store.user", "foldserve"),
                Map.entry("foldserve.store.password", "secret"),
                Map.entry("foldserve.store.answers", "500"),
                Map.entry("foldserve.threads.profile", "latency"),
                Map.entry("foldserve.threads.processors", "3"),
                Map.entry("foldserve.threads.spinning", "true"),
                Map.entry("foldserve.queue.max-wait", "7s"),
                Map.entry("foldserve.queue.max-bytes", "3M"),
                Map.entry("foldserve.request.deadline", "250ms"),
                Map.entry("foldserve.request.max-body", "2M"),
                Map.entry("foldserve.request.max-pixels", "1000"),
                Map.entry("foldserve.fold.timing", "false"),
                Map.entry("foldserve.fold.cost-cache", "/var/cache/foldserve"),
                Map.entry("foldserve.proof.tolerance", "1e-4"),
                Map.entry("foldserve.proof.probes", "2"),
                Map.entry("foldserve.parity.at-load", "0s"),
                Map.entry("foldserve.parity.certificate", "3m"),
                Map.entry("foldserve.parity.on-request", "1m"),
                Map.entry("foldserve.access-log", "true"),
                Map.entry("foldserve.admin.token", "0123456789abcdef"),
                Map.entry("foldserve.admin.local", "false"),
                Map.entry("foldserve.predict.token", "fedcba9876543210"),
                Map.entry("foldserve.management.port", "9000")));

        assertThat(config.models()).isEqualTo(Path.of("/srv/models"));
        assertThat(config.followLinks()).contains(List.of(Path.of("/cache/hub"), Path.of("/srv/dvc")));
        assertThat(config.watch()).contains(Duration.ofSeconds(3));
        assertThat(config.readiness()).isEqualTo("digits, scenes");
        assertThat(config.data()).isEqualTo(Path.of("/var/lib/foldserve"));
        assertThat(config.store().url()).contains("jdbc:postgresql://db/foldserve");
        assertThat(config.store().user()).contains("foldserve");
        assertThat(config.store().password()).contains("secret");
        assertThat(config.store().answers()).isEqualTo(500);
        assertThat(config.threads().profile()).isEqualTo(ThreadProfile.LATENCY);
        assertThat(config.threads().processors()).hasValue(3);
        assertThat(config.threads().spinning()).isTrue();
        assertThat(config.queue().maxWait()).contains(Duration.ofSeconds(7));
        assertThat(config.queue().maxBytes().asLongValue()).isEqualTo(3L << 20);
        assertThat(config.request().deadline()).isEqualTo(Duration.ofMillis(250));
        assertThat(config.request().maxBody().asLongValue()).isEqualTo(2L << 20);
        assertThat(config.request().maxPixels()).isEqualTo(1000);
        assertThat(config.fold().timing()).isFalse();
        assertThat(config.fold().costCache()).contains(Path.of("/var/cache/foldserve"));
        assertThat(config.proof().tolerance()).isEqualTo(1e-4);
        assertThat(config.proof().probes()).isEqualTo(2);
        assertThat(config.parity().atLoad()).isZero();
        assertThat(config.parity().certificate()).isEqualTo(Duration.ofMinutes(3));
        assertThat(config.parity().onRequest()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.accessLog()).isTrue();
        assertThat(config.admin().token()).contains("0123456789abcdef");
        assertThat(config.admin().local()).isFalse();
        assertThat(config.predict().token()).contains("fedcba9876543210");
        assertThat(config.management().port()).hasValue(9000);
        assertThatCode(() -> ConfigCheck.expectValid(config)).doesNotThrowAnyException();
    }

    @Test
    void everyKeyOutsideItsBoundsIsReportedAtOnce() {
        ServingConfig config = config(Map.ofEntries(
                Map.entry("foldserve.models.watch", "1ms"),
                Map.entry("foldserve.readiness", "digits,"),
                Map.entry("foldserve.store.url", "jdbc:mysql://user:secret@db/foldserve"),
                Map.entry("foldserve.store.answers", "99"),
                Map.entry("foldserve.threads.processors", "0"),
                Map.entry("foldserve.queue.max-wait", "0s"),
                Map.entry("foldserve.request.deadline", "11m"),
                Map.entry("foldserve.request.max-body", "999"),
                Map.entry("foldserve.request.max-pixels", "0"),
                Map.entry("foldserve.proof.tolerance", "NaN"),
                Map.entry("foldserve.proof.probes", "65"),
                Map.entry("foldserve.parity.at-load", "PT-1S"),
                Map.entry("foldserve.parity.on-request", "0s"),
                Map.entry("foldserve.admin.token", "secret"),
                Map.entry("foldserve.predict.token", "a token with blanks"),
                Map.entry("foldserve.management.port", "65536")));

        InvalidInputException refused =
                catchThrowableOfType(InvalidInputException.class, () -> ConfigCheck.expectValid(config));

        assertThat(refused.problems())
                .containsExactly(
                        "foldserve.threads.processors: expected 1 to 1024, found 0",
                        "foldserve.queue.max-wait: expected PT0.001S to PT10M, found PT0S",
                        "foldserve.request.deadline: expected PT0.001S to PT10M, found PT11M",
                        "foldserve.request.max-body: expected 1000 to 1000000000, found 999",
                        "foldserve.request.max-pixels: expected 1 to 500000000, found 0",
                        "foldserve.proof.tolerance: expected 0 to 1, found NaN",
                        "foldserve.proof.probes: expected 1 to 64, found 65",
                        "foldserve.parity.at-load: expected PT0S to PT10M, found PT-1S",
                        "foldserve.parity.on-request: expected PT0.001S to PT10M, found PT0S",
                        "foldserve.models.watch: expected PT0.1S to PT10M, found PT0.001S",
                        "foldserve.readiness: expected served, all, or names of models, separated by commas,"
                                + " found 'digits,'",
                        "foldserve.admin.token: expected 16 to 512 letters, digits and -._~+/=, found 6 characters",
                        "foldserve.predict.token: expected 16 to 512 letters, digits and -._~+/=, found 19"
                                + " characters",
                        "foldserve.management.port: expected 1 to 65535, found 65536",
                        "foldserve.store.answers: expected 100 to 10000000, found 99",
                        "foldserve.store.url: expected jdbc:postgresql://HOST/DATABASE, found another");
    }
}
