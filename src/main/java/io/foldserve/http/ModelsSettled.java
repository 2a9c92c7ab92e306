package io.foldserve.http;

import io.foldserve.serving.catalogue.Catalogue;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Up once the start is over: every model that was there was ready or had failed. */
@Startup
class ModelsSettled implements HealthCheck {
    private final Catalogue catalogue;

    ModelsSettled(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("models").status(catalogue.isSettled()).build();
    }
}
