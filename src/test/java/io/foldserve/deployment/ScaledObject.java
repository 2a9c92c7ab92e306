package io.foldserve.deployment;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of KEDA's resource that is used here, which no library of models has.
 *
 * @see <a href="https://keda.sh/docs/2.16/reference/scaledobject-spec/">ScaledObject specification</a>
 */
record ScaledObject(String apiVersion, String kind, Map<String, String> metadata, Spec spec) {

    /** What is scaled, between which bounds, by what. */
    record Spec(
            Target scaleTargetRef,
            int minReplicaCount,
            int maxReplicaCount,
            @Nullable Integer pollingInterval,
            @Nullable Integer cooldownPeriod,
            List<Trigger> triggers) {}

    /** A Deployment, unless it says otherwise. */
    record Target(@Nullable String apiVersion, @Nullable String kind, String name) {}

    /** One source of a number to scale by. */
    record Trigger(
            String type, @Nullable String name, @Nullable String metricType, Map<String, String> metadata) {}
}
