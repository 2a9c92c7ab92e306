package io.foldserve.http.access;

import io.foldserve.serving.ServingConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the policy from the configuration. */
@ApplicationScoped
class AccessWiring {
    @Produces
    @Singleton
    AccessPolicy policy(ServingConfig config) {
        return new AccessPolicy(
                config.admin().token(),
                config.predict().token(),
                config.admin().local(),
                config.management().port().isPresent());
    }
}
