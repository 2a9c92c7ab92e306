package io.foldserve.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.documentation.Page;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of configuration.md is {@link ServingConfig}. */
class ConfigurationPageTest {
    private static final List<List<String>> ROWS =
            Page.ofSite("configuration.md").table("key");

    /** The default in backquotes at the start of each key's cell; empty where the cell has words for it. */
    private static Map<String, Optional<String>> documented(String prefix) {
        return ROWS.stream()
                .filter(row -> row.get(0).startsWith("`" + prefix))
                .collect(Collectors.toMap(row -> Page.code(row.get(0)).get(0), row -> Page.code(row.get(1)).stream()
                        .filter(code -> row.get(1).equals("`" + code + "`"))
                        .findFirst()));
    }

    private static Map<String, Optional<String>> defined(Class<?> group, String prefix) {
        Map<String, Optional<String>> keys = new TreeMap<>();
        for (Method method : group.getDeclaredMethods()) {
            String key = prefix + "." + name(method);
            if (method.getReturnType().getDeclaringClass() == ServingConfig.class) {
                keys.putAll(defined(method.getReturnType(), key));
            } else {
                keys.put(
                        key,
                        Optional.ofNullable(method.getAnnotation(WithDefault.class))
                                .map(WithDefault::value));
            }
        }
        return keys;
    }

    private static String name(Method method) {
        return Optional.ofNullable(method.getAnnotation(WithName.class))
                .map(WithName::value)
                .orElseGet(() -> method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
    }

    @Test
    void theTableHasEveryKeyWithItsDefault() {
        String prefix = ServingConfig.class.getAnnotation(ConfigMapping.class).prefix();
        Map<String, Optional<String>> defined = defined(ServingConfig.class, prefix);

        assertThat(defined).hasSizeGreaterThan(10);
        assertThat(documented(prefix + "."))
                .as("configuration.md: write each key of ServingConfig, its default in backquotes")
                .containsExactlyInAnyOrderEntriesOf(defined);
    }

    @Test
    void everyKeyHasADefaultInWordsAtLeastAndAMeaning() {
        assertThat(ROWS).isNotEmpty().allSatisfy(row -> assertThat(row)
                .hasSize(3)
                .as("%s: write its default and what it means", row)
                .allSatisfy(cell -> assertThat(cell).isNotBlank()));
    }

    @Test
    void theDefaultsOfQuarkusKeysAreThoseOfTheProperties() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            properties.load(reader);
        }
        assertThat(documented("quarkus.")).hasSize(5).allSatisfy((key, value) -> assertThat(value.orElseThrow())
                .as("configuration.md: write the default of %s that application.properties sets", key)
                .isEqualToIgnoringCase(properties.getProperty(key)));
    }
}
