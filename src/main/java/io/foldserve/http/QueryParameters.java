package io.foldserve.http;

import io.foldserve.serving.request.PredictionService;
import io.foldserve.task.InvalidRequestException;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.UriInfo;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses a query parameter that the resource does not know, and one that is given twice, rather than to ignore it: a
 * misspelt {@code topk} would be answered as if it were not there. Thread-safe.
 */
class QueryParameters {
    private static final Set<Class<?>> COUNTED = Set.of(PredictionResource.class, ComparisonResource.class);

    private final Map<Method, SortedSet<String>> known = new ConcurrentHashMap<>();
    private final PredictionService predictions;

    QueryParameters(PredictionService predictions) {
        this.predictions = predictions;
    }

    @ServerRequestFilter
    void check(ResourceInfo resource, UriInfo target) {
        if (target.getQueryParameters().isEmpty()) {
            return;
        }
        try {
            refuseUnknown(resource, target, unitParameter(resource, target));
        } catch (InvalidRequestException refusal) {
            String model = target.getPathParameters().getFirst("model");
            if (COUNTED.contains(resource.getResourceClass()) && model != null) {
                predictions.refused(model, ErrorMappers.outcome(refusal));
            }
            throw refusal;
        }
    }

    /** The parameter that says a request's unit, which its model's experiment names. */
    private Optional<String> unitParameter(ResourceInfo resource, UriInfo target) {
        return resource.getResourceClass().isAnnotationPresent(DealtCall.class)
                ? Optional.ofNullable(target.getPathParameters().getFirst("model"))
                        .flatMap(predictions::unitParameter)
                : Optional.empty();
    }

    private void refuseUnknown(ResourceInfo resource, UriInfo target, Optional<String> unit) {
        SortedSet<String> names = known.computeIfAbsent(resource.getResourceMethod(), QueryParameters::declared);
        for (Map.Entry<String, List<String>> given : target.getQueryParameters().entrySet()) {
            if (!names.contains(given.getKey()) && !unit.equals(Optional.of(given.getKey()))) {
                throw new InvalidRequestException("there is no query parameter '%s' here, expected %s"
                        .formatted(given.getKey(), names.isEmpty() ? "none" : "one of " + names));
            }
            if (given.getValue().size() > 1) {
                throw new InvalidRequestException("the query parameter '%s' is given %d times, expected once"
                        .formatted(given.getKey(), given.getValue().size()));
            }
        }
    }

    private static SortedSet<String> declared(Method method) {
        SortedSet<String> names = new TreeSet<>();
        for (Annotation[] parameter : method.getParameterAnnotations()) {
            Arrays.stream(parameter)
                    .filter(QueryParam.class::isInstance)
                    .map(QueryParam.class::cast)
                    .forEach(annotation -> names.add(annotation.value()));
        }
        return names;
    }
}
