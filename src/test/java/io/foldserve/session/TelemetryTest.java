package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Library;
import com.sun.jna.Native;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TelemetryTest {

    private interface Environment extends Library {
        String getenv(String name);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "builds for Windows know no such variable")
    void onnxRuntimeFindsItselfOptedOut() {
        Telemetry.optOut();

        assertThat(Native.load("c", Environment.class).getenv("ORT_DISABLE_TELEMETRY"))
                .isEqualTo("1");
    }
}
