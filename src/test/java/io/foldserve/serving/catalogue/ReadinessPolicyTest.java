package io.foldserve.serving.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.serving.load.LoadedModels;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadinessPolicyTest {
    private final Catalogue catalogue = new Catalogue();

    @AfterEach
    void release() {
        catalogue.close();
    }

    private List<String> reasons(String policy) {
        return ReadinessPolicy.of(policy).reasons(catalogue);
    }

    private void put(String name, ModelState state) {
        catalogue.put(new CatalogueEntry(name, List.of(), state));
    }

    /** A model without sessions, of the bundled one's task. */
    private static ModelState ready(String... problems) {
        ServedModel digits = DIGITS;
        return new ModelState.Ready(digits, List.of(problems));
    }

    private static final ServedModel DIGITS = LoadedModels.load(LoadedModels.BUNDLED.resolve("digits"))
            .expect("digits")
            .expectServed();

    @Test
    void beforeTheModelsAreListedAndWithoutAnyNothingIsReady() {
        assertThat(reasons("served")).containsExactly("the models have not been listed yet");
        assertThat(reasons("digits")).containsExactly("the models have not been listed yet");

        catalogue.list(List.of());

        assertThat(reasons("served")).containsExactly("there are no models");
        assertThat(reasons("all")).containsExactly("there are no models");
        assertThat(reasons("digits")).containsExactly("there is no model digits, which foldserve.readiness names");
    }

    @Test
    void atStartEveryModelIsWaitedForButABrokenOneIsNot() {
        catalogue.list(List.of("a", "b"));
        put("a", ready());
        assertThat(reasons("served")).containsExactly("model b is loading");
        assertThat(reasons("a")).isEmpty();
        assertThat(reasons("a, b")).containsExactly("model b is loading");

        put("b", new ModelState.Failed(List.of("no labels", "no weights")));

        assertThat(reasons("served")).isEmpty();
        assertThat(reasons("all")).containsExactly("model b failed to load: no labels; no weights");
        assertThat(reasons("a,b")).containsExactly("model b failed to load: no labels; no weights");
        assertThat(ReadinessPolicy.remarks(catalogue)).containsExactly("model b failed to load: no labels; no weights");
    }

    @Test
    void afterTheStartAModelThatLoadsKeepsNothingBack() {
        catalogue.list(List.of("a"));
        put("a", ready());
        put("new", new ModelState.Loading());

        assertThat(reasons("served")).isEmpty();
        assertThat(reasons("all")).containsExactly("model new is loading");
        assertThat(catalogue.isSettled()).isTrue();
    }

    @Test
    void aModelWhoseReplacementFailedIsServedAndRemarkedUpon() {
        catalogue.list(List.of("a"));
        put("a", ready("no labels"));

        assertThat(reasons("served")).isEmpty();
        assertThat(reasons("all")).isEmpty();
        assertThat(reasons("a")).isEmpty();
        assertThat(ReadinessPolicy.remarks(catalogue))
                .containsExactly("model a failed to load: no labels; what was loaded before is still served");
    }

    @Test
    void whenNothingIsServedTheServiceIsNotReady() {
        catalogue.list(List.of("a", "b"));
        put("a", new ModelState.Failed(List.of("no labels")));
        put("b", new ModelState.Unloaded());

        assertThat(reasons("served"))
                .containsExactly("model a failed to load: no labels", "model b was unloaded on request");

        put("a", ready());

        assertThat(reasons("all")).isEmpty();
        assertThat(reasons("b")).containsExactly("model b was unloaded on request");
    }
}
