package io.foldserve.deployment;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Map;

/**
 * The part of KServe's resource that is used here, which no library of models has.
 *
 * @see <a href="https://kserve.github.io/website/docs/reference/crd-api">KServe API reference</a>
 */
record ClusterServingRuntime(String apiVersion, String kind, Map<String, String> metadata, Spec spec) {

    /** Which formats are served, by which protocols, in which pod. */
    record Spec(
            Map<String, String> annotations,
            List<Format> supportedModelFormats,
            List<String> protocolVersions,
            List<Container> containers,
            List<Volume> volumes) {}

    /** A format of models. */
    record Format(String name, String version, boolean autoSelect) {}
}
