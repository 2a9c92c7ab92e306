package io.foldserve.session;

import ai.onnxruntime.OrtEnvironment;
import java.lang.System.Logger;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;

/**
 * Keeps ONNX Runtime's environment until the process ends. Its Java binding releases it in a shutdown hook of its own,
 * which runs as soon as SIGTERM arrives, beside the hook that lets accepted requests be answered: a session that is
 * made then, by a load or a measurement, would read freed memory and end the process. Environments are counted
 * natively, so that a second reference, which is never released, keeps it; the binding has no call for that.
 */
final class LastingEnvironment {
    private static final Logger LOG = System.getLogger(LastingEnvironment.class.getName());
    private static final int WARNINGS = 2;

    private LastingEnvironment() {}

    /** Takes the second reference, once the environment is there. */
    static void keep() {
        OrtEnvironment.getEnvironment();
        try {
            Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            api.setAccessible(true);
            Method create = OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
            create.setAccessible(true);
            create.invoke(null, api.getLong(null), WARNINGS, OrtEnvironment.DEFAULT_NAME);
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            LOG.log(Logger.Level.WARNING, "ONNX Runtime ends with SIGTERM, and a load under way then may crash", e);
        }
    }
}
