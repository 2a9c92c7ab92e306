package io.foldserve.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KubernetesManifestsTest {
    private static final Map<String, Class<? extends HasMetadata>> MODELS = Map.of(
            "apps/v1 Deployment", Deployment.class,
            "v1 Service", Service.class,
            "autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
            "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class,
            "monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class,
            "monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class);

    static List<Path> files() {
        return Manifests.files();
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyKeyIsOneThatTheKubernetesModelKnows(Path file) {
        JsonNode tree = Manifests.tree(file);
        String kind = tree.path("apiVersion").asText() + " " + tree.path("kind").asText();
        assertThat(MODELS).containsKey(kind);
        assertThat(Manifests.parse(tree, MODELS.get(kind)).getMetadata().getName())
                .isEqualTo("foldserve");
    }

    @Test
    void aMisspeltKeyIsFound() {
        ObjectNode tree = (ObjectNode) Manifests.tree(Manifests.KUBERNETES.resolve("deployment.yaml"));
        ((ObjectNode) tree.at("/spec/template/spec/containers/0")).put("readynessProbe", "none");
        assertThatThrownBy(() -> Manifests.parse(tree, Deployment.class)).hasMessageContaining("readynessProbe");
    }

    @Test
    void theKustomizationListsEveryManifestAndNothingElse() {
        JsonNode resources = Manifests.tree(Manifests.KUBERNETES.resolve("kustomization.yaml"))
                .path("resources");
        List<String> listed = StreamSupport.stream(resources.spliterator(), false)
                .map(JsonNode::asText)
                .sorted()
                .toList();
        assertThat(listed)
                .isEqualTo(Manifests.files().stream()
                        .map(file -> file.getFileName().toString())
                        .toList());
        assertThat(Files.exists(Manifests.KUBERNETES.resolve("foldserve-dashboard.json")))
                .isTrue();
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
        return Manifests.parse(Manifests.tree(Manifests.KUBERNETES.resolve("deployment.yaml")), Deployment.class);
    }
}
