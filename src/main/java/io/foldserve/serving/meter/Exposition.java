package io.foldserve.serving.meter;

import io.micrometer.prometheus.PrometheusMeterRegistry;
import jakarta.inject.Singleton;

/** All meters as a text for Prometheus, by the registry that the framework brings. Thread-safe. */
@Singleton
// The framework brings Micrometer's older registry, and no other can stand beside it.
@SuppressWarnings("deprecation")
public class Exposition {
    private final PrometheusMeterRegistry registry;

    Exposition(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    /** What is measured now, in the form that the media type {@code form} names. */
    public String text(String form) {
        return registry.scrape(form);
    }
}
