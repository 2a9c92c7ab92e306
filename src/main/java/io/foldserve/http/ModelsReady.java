package io.foldserve.http;

import io.foldserve.serving.catalogue.Catalogue;
import io.foldserve.serving.catalogue.ReadinessPolicy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Up when the models are served that the readiness policy wants; with what is amiss either way, a sentence each. */
@Readiness
class ModelsReady implements HealthCheck {
    private final Catalogue catalogue;
    private final ReadinessPolicy policy;

    ModelsReady(Catalogue catalogue, ReadinessPolicy policy) {
        this.catalogue = catalogue;
        this.policy = policy;
    }

    @Override
    public HealthCheckResponse call() {
        List<String> reasons = policy.reasons(catalogue);
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("models").status(reasons.isEmpty());
        Set<String> sentences = new LinkedHashSet<>(reasons);
        sentences.addAll(ReadinessPolicy.remarks(catalogue));
        int number = 0;
        for (String sentence : sentences) {
            response.withData("reason " + ++number, sentence);
        }
        return response.build();
    }
}
