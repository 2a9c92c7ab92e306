package io.foldserve.fold.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.term.Form;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TermPartitionTest {
    private static final Shape SHAPE = Shape.of(1, 2, 8, 8);
    private static final IslandCost COSTS =
            new IslandCost(CostModel.GENERIC, Map.of("image", SHAPE, "other", SHAPE, "sum", SHAPE));

    private static List<TermPartition> partitions(List<Term> terms) {
        return TermPartition.all(new Form(terms, List.of(), List.of(), List.of()), "sum", COSTS);
    }

    private static Term identity(String value) {
        return Term.identity(TermInput.of(value), 2, 2);
    }

    @Test
    void aFewTermsAreMergedOneByOne() {
        assertThat(partitions(Collections.nCopies(12, identity("image"))))
                .extracting(partition -> partition.terms().size())
                .containsExactly(12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
    }

    /** Each pair is tried at each step: for a hundred that would be hundreds of thousands. */
    @Test
    void manyTermsThatDifferInTheirNumbersAloneAreMergedAtOnce() {
        assertThat(partitions(Collections.nCopies(100, identity("image"))))
                .singleElement()
                .satisfies(partition -> {
                    assertThat(partition.terms()).hasSize(1);
                    assertThat(partition.terms().get(0).weights().get().row(0).kernel())
                            .containsExactly(100);
                });
    }

    @Test
    void whatReadsOtherValuesStaysApart() {
        List<Term> terms = new ArrayList<>(Collections.nCopies(20, identity("image")));
        terms.add(identity("other"));

        assertThat(partitions(terms)).first().satisfies(partition -> assertThat(partition.terms())
                .hasSize(2));
        assertThat(TermPartition.kinds(terms)).isEqualTo(2);
    }
}
