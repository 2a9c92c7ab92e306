package io.foldserve.declaration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    @ParameterizedTest
    @CsvSource({
        "width, width, 0",
        "width, widht, 1",
        "width, wdth, 1",
        "kitten, sitting, 3",
        "'', abc, 3",
        "Mean, mean, 0"
    })
    void countsInsertedDeletedReplacedAndExchangedLetters(String word, String other, int distance) {
        assertThat(Nearest.distance(word, other)).isEqualTo(distance);
        assertThat(Nearest.distance(other, word)).isEqualTo(distance);
    }

    @Test
    void listsTheNearestFirst() {
        assertThat(Nearest.of("resnet5", List.of("vgg16", "resnet50", "resnet152"), 2))
                .containsExactly("resnet50", "resnet152");
    }

    @Test
    void takesForASlipWhatDiffersInAThirdOfItsLettersAtMost() {
        List<String> known = List.of("checkpoint", "traffic", "std");

        assertThat(Nearest.slip("chekpont", known)).contains("checkpoint");
        assertThat(Nearest.slip("sdt", known)).contains("std");
        assertThat(Nearest.slip("weights", known)).isEmpty();
        assertThat(Nearest.slip("s", known)).isEmpty();
        assertThat(Nearest.slip("any", List.of())).isEmpty();
    }
}
