package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.TrainingForms;
import io.foldserve.fold.term.Term;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComposeTermsTest {
    private static Graphs affine() {
        return Graphs.of(1, 2, 4, 4)
                .floats("scale", Shape.of(2, 1, 1), 2, 1)
                .floats("shift", Shape.of(2, 1, 1), 10, 0)
                .node("Mul", "scaled", "x", "scale")
                .node("Add", "shifted", "scaled", "shift");
    }

    private static Graph then(Graphs before, String value, long pad) {
        return before.floats("w", Shape.of(1, 2, 3, 1), 1, 2, 3, 4, 5, 6)
                .node("Conv", "next", Map.of("pads", Attribute.ints(pad, 0, pad, 0)), value, "w")
                .outputs("next");
    }

    private static List<Term> terms(Graph graph, String... nodes) {
        assertThatRule(LiftProduct::new).on(graph).folds("next", nodes);
        return assertThatRule(LiftProduct::new).on(graph).terms("next");
    }

    @Test
    void foldsAScaleBeforeAPaddedKernel() {
        Graphs scaled =
                Graphs.of(1, 2, 4, 4).floats("scale", Shape.of(2, 1, 1), 2, 1).node("Mul", "scaled", "x", "scale");
        Term term = terms(then(scaled, "scaled", 1), "scaled", "next").get(0);
        assertThat(term.weights().get().kernel()).containsExactly(2, 4, 6, 4, 5, 6);
    }

    @Test
    void foldsAShiftBeforeAKernelThatPadsNothing() {
        Term term =
                terms(then(affine(), "shifted", 0), "scaled", "shifted", "next").get(0);
        assertThat(term.weights().get().kernel()).containsExactly(2, 4, 6, 4, 5, 6);
        assertThat(term.weights().get().bias()).containsExactly(60);
    }

    @Test
    void repairsAShiftBeforeAPaddedKernelAndSaysWhatIsInTheWay() {
        Graph graph = then(affine(), "shifted", 1);
        assertThatRule(LiftProduct::new).on(graph).folds("next", "shifted", "next");
        assertThatRule(LiftProduct::new)
                .on(graph)
                .declines("Conv next pads with zeros, which shifted before it does not shift as it shifts its input; "
                        + "train with the padding before shifted to fold.");
    }

    @Test
    void foldsTwoFullyConnectedLayers() {
        Graph graph = Graphs.of(3, 2)
                .floats("w1", Shape.of(2, 2), 1, 2, 3, 4)
                .floats("b1", Shape.of(2), 5, 6)
                .floats("w2", Shape.of(2, 1), 7, 8)
                .floats("b2", Shape.of(1), 9)
                .node("Gemm", "first", "x", "w1", "b1")
                .node("Gemm", "next", "first", "w2", "b2")
                .outputs("next");
        Term term = terms(graph, "first", "next").get(0);
        assertThat(term.weights().get().kernel()).containsExactly(23, 53);
        assertThat(term.weights().get().bias()).containsExactly(92);
    }

    @Test
    void countsTheOuterBiasOnceForASumOfTerms() {
        Graph graph = Graphs.of(1, 1, 3, 3)
                .input("z", 1, 1, 3, 3)
                .node("Add", "sum", "x", "z")
                .floats("w", Shape.of(1, 1, 1, 1), 2)
                .floats("b", Shape.of(1), 5)
                .node("Conv", "next", "sum", "w", "b")
                .outputs("next");
        assertThatRule(LiftProduct::new).on(graph).folds("next", "sum", "next");
    }

    @Test
    void declinesAPaddedKernelAfterAPaddedOne() {
        Map<String, Attribute> padded = Map.of("pads", Attribute.ints(1, 1, 1, 1));
        assertThatRule(LiftProduct::new)
                .on(Graphs.of(1, 1, 4, 4)
                        .floats("w", Shape.of(1, 1, 3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9)
                        .node("Conv", "first", padded, "x", "w")
                        .node("Conv", "next", padded, "first", "w")
                        .outputs("next"))
                .declines("Conv next pads with zeros where first before it still reads its input, so that no one "
                        + "kernel is right at the border; train with all padding on first to fold.");
    }

    @Test
    void declinesNeighboursOfAResizedConvolution() {
        assertThatRule(LiftProduct::new)
                .on(then(
                        Graphs.of(1, 2, 4, 4)
                                .point("first", "x", 2, 2)
                                .floats("scales", Shape.of(4), 1, 1, 2, 2)
                                .node("Resize", "up", "first", "", "scales"),
                        "up",
                        1))
                .declines("Conv next reads neighbours of what Resize up makes, so that they cannot change places; only "
                        + "1×1 convolutions and scales per channel can.");
    }

    @Test
    void doesNotFireOnAKernelOfData() {
        assertThatRule(LiftProduct::new)
                .on(Graphs.of(1, 2, 4, 4)
                        .input("w", 1, 2, 1, 1)
                        .node("Conv", "y", "x", "w")
                        .outputs("y"))
                .doesNotFire();
    }

    @Test
    void doesNotFireOnAnotherOperator() {
        assertThatRule(LiftProduct::new)
                .on(Graphs.of(1, 2, 4, 4).node("Relu", "y", "x").outputs("y"))
                .doesNotFire();
    }

    /** Between the kernels 20 channels, in groups of 10 before and of 4 after: more than are added up at a time. */
    @Test
    void foldsKernelsOfUnlikeGroupsExtentsStridesAndBiases() {
        TrainingForms forms = new TrainingForms(11, Shape.of(1, 6, 9, 11));
        String inner = forms.conv(
                "inner",
                "image",
                forms.normal(20, 3, 2, 3),
                Optional.of(forms.normal(20)),
                Map.of("group", Attribute.of(2), "strides", Attribute.ints(1, 2)));
        forms.conv(
                "outer",
                inner,
                forms.normal(10, 4, 3, 2),
                Optional.of(forms.normal(10)),
                Map.of("group", Attribute.of(5), "strides", Attribute.ints(2, 1), "dilations", Attribute.ints(1, 2)));
        assertThatRule(LiftProduct::new).on(forms.build("outer")).folds("outer", "inner", "outer");
    }
}
