package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TelemetryTest {

    private interface Environment extends Library {
        @Nullable
        String getenv(String name);
    }

    @Test
    void onnxRuntimeFindsItselfOptedOutWhereItsBuildsReport() {
        Telemetry.optOut();

        Environment environment = Native.load(Platform.C_LIBRARY_NAME, Environment.class);
        assertThat(Optional.ofNullable(environment.getenv("ORT_DISABLE_TELEMETRY")))
                .isEqualTo(Platform.isWindows() ? Optional.empty() : Optional.of("1"));
    }
}
