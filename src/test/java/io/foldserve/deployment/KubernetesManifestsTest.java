package io.foldserve.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KubernetesManifestsTest {
    private static final Map<String, Class<?>> MODELS = Map.ofEntries(
            Map.entry("apps/v1 Deployment", Deployment.class),
            Map.entry("v1 Service", Service.class),
            Map.entry("v1 PersistentVolumeClaim", PersistentVolumeClaim.class),
            Map.entry("autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
            Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
            Map.entry("gateway.networking.k8s.io/v1 HTTPRoute", HTTPRoute.class),
            Map.entry("monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class),
            Map.entry("monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class),
            Map.entry("batch/v1 Job", Job.class),
            Map.entry("apps/v1 StatefulSet", StatefulSet.class),
            Map.entry("serving.kserve.io/v1alpha1 ClusterServingRuntime", ClusterServingRuntime.class),
            Map.entry("serving.kserve.io/v1beta1 InferenceService", InferenceService.class),
            Map.entry("keda.sh/v1alpha1 ScaledObject", ScaledObject.class));

    static List<Path> folders() {
        return Manifests.folders();
    }

    static List<Path> files() {
        return Manifests.folders().stream()
                .flatMap(folder -> Manifests.files(folder).stream())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyKeyIsOneThatTheKubernetesModelKnows(Path file) {
        ObjectNode tree = (ObjectNode) Manifests.tree(file);
        // Kustomize's own word in a patch that takes something away.
        tree.remove("$patch");
        String kind = tree.path("apiVersion").asText() + " " + tree.path("kind").asText();
        assertThat(MODELS).containsKey(kind);
        assertThat(Manifests.parse(tree, MODELS.get(kind))).isNotNull();
        assertThat(tree.at("/metadata/name").asText()).startsWith("foldserve");
    }

    @Test
    void theJobComparesEachPartOnceAndAnswersNoRequests() {
        Job job = Manifests.parse(
                Manifests.tree(Manifests.COMPONENTS.resolve("compare-job").resolve("job.yaml")), Job.class);
        Container compare =
                job.getSpec().getTemplate().getSpec().getContainers().get(0);
        assertThat(job.getSpec().getCompletionMode()).isEqualTo("Indexed");
        assertThat(compare.getArgs())
                .startsWith("compare")
                .contains("$(JOB_COMPLETION_INDEX)/" + job.getSpec().getCompletions());
        assertThat(job.getSpec().getTemplate().getMetadata().getLabels()).doesNotContainKey("app.kubernetes.io/name");
    }

    @Test
    void whatKServeRunsIsWhatTheBaseRuns() {
        ClusterServingRuntime runtime = Manifests.parse(
                Manifests.tree(Manifests.COMPONENTS.resolve("kserve").resolve("cluster-serving-runtime.yaml")),
                ClusterServingRuntime.class);
        Container kserve = runtime.spec().containers().get(0);
        Container base = container(deployment());
        assertThat(kserve.getName()).isEqualTo("kserve-container");
        assertThat(kserve.getResources()).isEqualTo(base.getResources());
        assertThat(kserve.getVolumeMounts()).isEqualTo(base.getVolumeMounts());
        assertThat(kserve.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    }

    @Test
    void aMisspeltKeyIsFound() {
        ObjectNode tree = (ObjectNode) Manifests.tree(Manifests.BASE.resolve("deployment.yaml"));
        ((ObjectNode) tree.at("/spec/template/spec/containers/0")).put("readynessProbe", "none");
        assertThatThrownBy(() -> Manifests.parse(tree, Deployment.class)).hasMessageContaining("readynessProbe");
    }

    @Test
    void theDashboardIsWhereTheKustomizationTakesItFrom() {
        assertThat(Manifests.tree(Manifests.PROMETHEUS.resolve(Manifests.KUSTOMIZATION))
                        .at("/configMapGenerator/0/files/0")
                        .asText())
                .isEqualTo("foldserve-dashboard.json");
        assertThat(Files.exists(Manifests.PROMETHEUS.resolve("foldserve-dashboard.json")))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void theKustomizationListsEveryManifestAndNothingElse(Path folder) {
        JsonNode kustomization = Manifests.tree(folder.resolve(Manifests.KUSTOMIZATION));
        List<String> listed = new ArrayList<>();
        kustomization.path("resources").forEach(resource -> listed.add(resource.asText()));
        kustomization
                .path("patches")
                .forEach(patch -> listed.add(patch.path("path").asText()));
        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(Manifests.files(folder).stream()
                        .map(file -> file.getFileName().toString())
                        .toList());
    }

    @Test
    void theAutoscalerAloneSaysHowManyReplicasThereAre() {
        assertThat(deployment().getSpec().getReplicas()).isNull();
    }

    @Test
    void theContainerRunsWithoutPrivilegesOnAReadOnlyRootFileSystem() {
        Deployment deployment = deployment();
        Container container = container(deployment);
        assertThat(deployment
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getSecurityContext()
                        .getRunAsNonRoot())
                .isTrue();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getResources().getLimits()).containsOnlyKeys("cpu", "memory");
        assertThat(container.getResources().getRequests()).containsOnlyKeys("cpu", "memory");
    }

    @Test
    void eachProbeAsksItsOwnEndpoint() {
        Container container = container(deployment());
        assertThat(path(container.getStartupProbe())).isEqualTo("/q/health/started");
        assertThat(path(container.getReadinessProbe())).isEqualTo("/q/health/ready");
        assertThat(path(container.getLivenessProbe())).isEqualTo("/q/health/live");
    }

    private static String path(Probe probe) {
        assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("http");
        return probe.getHttpGet().getPath();
    }

    private static Container container(Deployment deployment) {
        return deployment.getSpec().getTemplate().getSpec().getContainers().get(0);
    }

    private static Deployment deployment() {
        return Manifests.parse(Manifests.tree(Manifests.BASE.resolve("deployment.yaml")), Deployment.class);
    }
}
