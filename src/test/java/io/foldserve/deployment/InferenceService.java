package io.foldserve.deployment;

import java.util.Map;

/**
 * The part of KServe's resource that is used here, which no library of models has.
 *
 * @see <a href="https://kserve.github.io/website/docs/reference/crd-api">KServe API reference</a>
 */
record InferenceService(String apiVersion, String kind, Map<String, String> metadata, Spec spec) {

    /** What answers. */
    record Spec(Predictor predictor) {}

    /** A model, and how many pods serve it. */
    record Predictor(int minReplicas, int maxReplicas, Model model) {}

    /** Where the model's folder is, and what serves it. */
    record Model(Format modelFormat, String runtime, String protocolVersion, String storageUri) {}

    /** A format of models. */
    record Format(String name) {}
}
