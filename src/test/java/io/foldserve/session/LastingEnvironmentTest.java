package io.foldserve.session;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the binding's shutdown hook does is survived by sessions that are made afterwards. */
class LastingEnvironmentTest {
    private static final SessionSettings EXACT = new SessionSettings(1, false, false);

    @Test
    void sessionsAreMadeAfterTheBindingHasReleasedItsEnvironment() throws ReflectiveOperationException {
        OnnxRuntime.engine();

        release();

        Tensor tensor = Tensor.ofFloats(Shape.of(1), 3);
        for (int i = 0; i < 10; i++) {
            try (ModelSession session =
                    ModelSession.open(ModelSessionTest.identity(DType.FLOAT32, Shape.of(1)), EXACT)) {
                assertThat(session.run(Map.of("x", tensor))).isEqualTo(Map.of("y", tensor));
            }
        }
        // For the other tests, and for the hook itself.
        LastingEnvironment.keep();
    }

    /** As the binding's hook does. */
    private static void release() throws ReflectiveOperationException {
        Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
        api.setAccessible(true);
        Field environment = OrtEnvironment.class.getDeclaredField("nativeHandle");
        environment.setAccessible(true);
        Method close = OrtEnvironment.class.getDeclaredMethod("close", long.class, long.class);
        close.setAccessible(true);
        close.invoke(null, api.getLong(null), environment.getLong(OrtEnvironment.getEnvironment()));
    }
}
