package io.foldserve.declaration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foldserve.problem.Problems;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SectionTest {
    private static final Key<Integer> SIZE = Key.required("size", ValueTypes.integer(1, 9), "Sets it.", "3");
    private static final Key<Double> RATE = Key.of("rate", ValueTypes.positive(2), 0.5, "Sets it.", "1");
    private static final Key<String> WORD =
            Key.optional("word", ValueTypes.text("small letters", Pattern.compile("[a-z]+")), "none", "Sets it.", "ab");
    private static final Keys KEYS = Keys.of(SIZE, RATE, WORD);

    private final Problems problems = new Problems("file");

    private Section section(Map<String, @Nullable Object> declared) {
        return new Section("a.b", declared, KEYS, problems);
    }

    @Test
    void readsWhatIsDeclaredAndTheDefaultOfWhatIsNot() {
        Section section = section(Map.of("size", 4));

        assertThat(section.find(SIZE)).contains(4);
        assertThat(section.read(RATE)).isEqualTo(0.5);
        assertThat(section.find(WORD)).isEmpty();
        assertThat(problems.found()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "size, 0, 'a whole number from 1 to 9, found 0'",
        "size, 10, 'a whole number from 1 to 9, found 10'",
        "rate, 0, 'a number above 0 and at most 2, found 0'",
        "rate, 3, 'a number above 0 and at most 2, found 3'",
        "word, 7, 'small letters, found 7'",
    })
    void saysWhatWasExpectedAndWhatWasFoundAndReadsOn(String key, int value, String problem) {
        Map<String, @Nullable Object> declared = new HashMap<>(Map.of("size", 1));
        declared.put(key, value);
        Section section = section(declared);

        assertThat(section.find(SIZE).isPresent()).isEqualTo(!key.equals("size"));
        assertThat(section.read(RATE)).isEqualTo(0.5);
        assertThat(section.find(WORD)).isEmpty();
        assertThat(problems.found()).containsExactly("a.b." + key + ": expected " + problem);
    }

    @Test
    void aKeyWithoutValueIsNotAKeyThatIsLeftOut() {
        Map<String, @Nullable Object> declared = new HashMap<>();
        declared.put("size", null);
        declared.put("word", null);
        Section section = section(declared);

        assertThat(section.find(SIZE)).isEmpty();
        assertThat(section.find(WORD)).isEmpty();
        assertThat(problems.found())
                .containsExactly(
                        "a.b.size: expected a whole number from 1 to 9, found nothing",
                        "a.b.word: expected small letters, found nothing");
    }

    @Test
    void anUnknownKeyIsAProblemWithWhatWasMeantOrWithAllThatAreKnown() {
        section(Map.of("siez", 4)).find(SIZE);
        assertThat(problems.found()).containsExactly("a.b.siez: unknown key, did you mean size?");

        section(Map.of("colour", 4, "size", 1));
        assertThat(problems.found()).last().isEqualTo("a.b.colour: unknown key; known are size, rate, word");
    }

    @Test
    void quotesListsAndLongTextShort() {
        assertThat(Section.print(Arrays.asList("a", 1, null, List.of()))).isEqualTo("[\"a\", 1, null, []]");
        assertThat(Section.print("x".repeat(100))).hasSize(81).endsWith("x…");
    }

    @Test
    void aKeyThatIsNotDescribedCannotBeRead() {
        Key<Boolean> other = Key.of("other", ValueTypes.flag(), false, "Sets it.", "true");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> section(Map.of("size", 1)).find(other));
    }

    @Test
    void aMappingTakesTheFormWhoseFirstKeyItHas() {
        Key<Integer> other = Key.required("other", ValueTypes.integer(1, 9), "Sets it.", "3");
        MappingType forms = MappingType.of(Keys.of(other), KEYS);
        Key<Map<String, @Nullable Object>> inner = Key.required("inner", forms, "Sets it.", "{ other: 1 }");
        Section first = new Section("", Map.of("inner", Map.of("other", 2)), Keys.of(inner), problems);
        Section last = new Section("", Map.of("inner", Map.of()), Keys.of(inner), problems);

        assertThat(first.inside(inner, forms).flatMap(found -> found.find(other)))
                .contains(2);
        Optional<Section> second = last.inside(inner, forms);
        assertThat(second.map(found -> found.knows(SIZE))).contains(true);
        assertThat(second.flatMap(found -> found.find(SIZE))).isEmpty();
        assertThat(problems.found()).containsExactly("inner.size: expected a whole number from 1 to 9, found nothing");
    }
}
