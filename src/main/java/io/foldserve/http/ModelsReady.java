package io.foldserve.http;

import io.foldserve.serving.catalogue.Catalogue;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Up when every variant of every model is loaded, verified and warmed; else the reasons. */
@Readiness
class ModelsReady implements HealthCheck {
    private final Catalogue catalogue;

    ModelsReady(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public HealthCheckResponse call() {
        List<String> reasons = catalogue.notReady();
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("models").status(reasons.isEmpty());
        for (int i = 0; i < reasons.size(); i++) {
            response.withData("reason " + (i + 1), reasons.get(i));
        }
        return response.build();
    }
}
