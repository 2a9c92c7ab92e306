package io.foldserve.http;

import io.quarkus.arc.Arc;
import jakarta.enterprise.inject.Any;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which methods each path answers: those of the resources, and of what the framework serves beside them. Immutable. */
@Singleton
final class PathMethods {
    private static final Pattern PARAMETER = Pattern.compile("\\{[^}]+}");

    /** The framework's own, which would answer any method as if it were GET. */
    private static final List<Rule> FRAMEWORK = List.of(
            new Rule(Pattern.compile("/(?:q/health|q/swagger-ui|page)(?:/.*)?|/q/(?:metrics|openapi)/?"), "GET"));

    private final List<Rule> rules;

    /**
     * What one method of a resource answers.
     *
     * @param path matches the whole path
     * @param method the method's name
     */
    private record Rule(Pattern path, String method) {}

    PathMethods() {
        this(Arc.container().beanManager().getBeans(Object.class, Any.Literal.INSTANCE).stream()
                .<Class<?>>map(bean -> bean.getBeanClass())
                .filter(type -> type.isAnnotationPresent(Path.class))
                .distinct()
                .toList());
    }

    /** Those of {@code resources}, classes with a {@link Path}. */
    PathMethods(Collection<Class<?>> resources) {
        List<Rule> all = new ArrayList<>(FRAMEWORK);
        for (Class<?> resource : resources) {
            for (Method method : resource.getDeclaredMethods()) {
                for (Annotation annotation : method.getAnnotations()) {
                    HttpMethod name = annotation.annotationType().getAnnotation(HttpMethod.class);
                    if (name != null) {
                        all.add(new Rule(pattern(resource, method), name.value()));
                    }
                }
            }
        }
        this.rules = List.copyOf(all);
    }

    private static Pattern pattern(Class<?> resource, Method method) {
        Path own = method.getAnnotation(Path.class);
        String template = resource.getAnnotation(Path.class).value() + "/" + (own == null ? "" : own.value());
        StringBuilder pattern = new StringBuilder();
        Arrays.stream(template.split("/", -1))
                .filter(segment -> !segment.isEmpty())
                .forEach(segment -> pattern.append('/').append(regex(segment)));
        return Pattern.compile(pattern.append("/?").toString());
    }

    private static String regex(String segment) {
        Matcher parameters = PARAMETER.matcher(segment);
        return parameters.matches() ? "[^/]+" : Pattern.quote(segment);
    }

    /** Whether {@code path} answers {@code method}; asked of every request. */
    boolean answers(String path, String method) {
        String named = method.equals(HttpMethod.HEAD) ? HttpMethod.GET : method;
        return rules.stream()
                .anyMatch(rule ->
                        rule.method().equals(named) && rule.path().matcher(path).matches());
    }

    /** The methods that {@code path} answers, or none if there is nothing. */
    SortedSet<String> of(String path) {
        SortedSet<String> methods = new TreeSet<>();
        rules.stream().filter(rule -> rule.path().matcher(path).matches()).forEach(rule -> methods.add(rule.method()));
        if (methods.contains(HttpMethod.GET)) {
            methods.add(HttpMethod.HEAD);
        }
        if (!methods.isEmpty()) {
            methods.add(HttpMethod.OPTIONS);
        }
        return Collections.unmodifiableSortedSet(methods);
    }
}
