package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;
import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.TrainingForms;
import io.foldserve.fold.term.AxisTaps;
import io.foldserve.fold.term.Border;
import io.foldserve.fold.term.Channels;
import io.foldserve.fold.term.Term;
import io.foldserve.fold.term.TermInput;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SumTermsTest {
    private final TrainingForms forms = new TrainingForms(5, Shape.of(1, 4, 6, 6));

    private String conv(String name, String x, int kernel, int pad) {
        return forms.conv(
                name,
                x,
                forms.normal(4, 4, kernel, kernel),
                Optional.of(forms.normal(4)),
                Map.of("pads", Attribute.ints(List.of(pad, pad, pad, pad))));
    }

    @Test
    void foldsBranchesOfOneValue() {
        String wide = conv("wide", "image", 3, 1);
        String point = conv("point", "image", 1, 0);
        forms.builder().add("Add", "sum", List.of(wide, point));
        assertThatRule(SumTerms::new).on(forms.build("sum")).folds("sum", "wide", "point", "sum");
    }

    @Test
    void foldsADifference() {
        String wide = conv("wide", "image", 3, 1);
        forms.builder().add("Sub", "difference", List.of(wide, "image"));
        assertThatRule(SumTerms::new).on(forms.build("difference")).folds("difference", "wide", "difference");
    }

    @Test
    void doesNotFireOnASumWithAConstant() {
        String wide = conv("wide", "image", 3, 1);
        forms.builder().constant("shift", forms.normal(1, 4, 1, 1));
        forms.builder().add("Add", "shifted", List.of(wide, "shift"));
        assertThatRule(SumTerms::new).on(forms.build("shifted")).doesNotFire();
    }

    @Test
    void foldsKernelsOfUnlikeSizeGroupsAndChannelsByAddingTheirTaps() {
        Term wide = Terms.of(2, 1, Terms.taps(-1, 2, 0), Terms.row(1, 2, 3, 4, 5, 6, 7, 8), 10, 20);
        Term point = Terms.of(2, 2, AxisTaps.POINT, Terms.row(100, 200), 1, 0);
        Term sum = SumTerms.apply(wide, point);
        assertThat(sum.groups()).isEqualTo(1);
        assertThat(sum.weights().get().kernel()).containsExactly(1, 102, 3, 4, 5, 6, 7, 208);
        assertThat(sum.weights().get().bias()).containsExactly(11, 20);
        assertThat(sum.biased()).isTrue();
    }

    @Test
    void foldsATermOfPickedChannelsIntoOneOfAll() {
        Term dense = Terms.of(2, 1, AxisTaps.POINT, Terms.row(1, 2), 0);
        Term picked = Terms.of(1, 1, AxisTaps.POINT, Terms.row(10), 0)
                .reading(TermInput.of("x").picking(Channels.range(2, 1, 1)), 1);
        assertThat(SumTerms.apply(dense, picked).weights().get().kernel()).containsExactly(1, 12);
    }

    @Test
    void foldsUnderTheBorderOfTheTermThatPads() {
        Border edge = new Border("edge", 0);
        Term padded = Terms.of(1, 1, Terms.taps(-1, 3, 1), Terms.row(1, 2, 3), 0)
                .reading(TermInput.of("x").within(edge), 1);
        Term point = Terms.of(1, 1, AxisTaps.POINT, Terms.row(10), 0);
        assertThat(SumTerms.apply(point, padded).source().border()).isEqualTo(edge);
        assertThat(SumTerms.apply(padded, point).source().border()).isEqualTo(edge);
    }

    @Test
    void declinesOtherValuesBordersAndStrides() {
        Term one = Terms.of(1, 1, Terms.taps(-1, 3, 1), Terms.row(1, 2, 3), 0);
        assertThat(SumTerms.whyNot(one, one.reading(TermInput.of("z"), 1)))
                .contains("they read x and z, expected one value");
        assertThat(SumTerms.whyNot(one, one.reading(TermInput.of("x").within(new Border("constant", 2)), 1)))
                .contains("they pad by zeros and by the constant 2.0, expected one of them");
        assertThat(SumTerms.whyNot(one, one.at(List.of(new AxisTaps(-1, 1, 3, 2, 1)))))
                .contains("they have strides 1 and 2, expected equal ones");
    }

    @Test
    void declinesAnOpenSizeThatIsEqualForSomeInputsOnly() {
        assertThatRule(SumTerms::new)
                .on(Graphs.open(1)
                        .floats("w", Shape.of(1, 1, 1, 1), 1)
                        .floats("v", Shape.of(1, 1, 2, 2), 1, 2, 3, 4)
                        .node("Conv", "a", Map.of("strides", Attribute.ints(2, 2)), "x", "w")
                        .node("Conv", "b", Map.of("strides", Attribute.ints(2, 2)), "x", "v")
                        .node("Add", "y", "a", "b")
                        .outputs("y"))
                .declines("Add y joins branches that have one size for some input sizes only; export with a fixed "
                        + "input size.");
    }

    @Test
    void foldsBranchesOfAnOpenSizeWhoseSizesAreEqualForEveryInput() {
        Graph graph = Graphs.open(1)
                        .floats("w", Shape.of(1, 1, 1, 1), 1)
                        .floats("v", Shape.of(1, 1, 3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9)
                        .node("Conv", "a", Map.of("strides", Attribute.ints(2, 2)), "x", "w")
                        .node(
                                "Conv",
                                "b",
                                Map.of("strides", Attribute.ints(2, 2), "pads", Attribute.ints(1, 1, 1, 1)),
                                "x",
                                "v")
                        .node("Add", "y", "a", "b")
                        .outputs("y");
        assertThat(assertThatRule(SumTerms::new).on(graph).term("y").source()).isEqualTo(TermInput.of("x"));
    }

    @Test
    void foldsATermThatPadsNothingUnderAnyBorder() {
        Term padded = Terms.of(1, 1, Terms.taps(-1, 3, 1), Terms.row(1, 2, 3), 0)
                .reading(TermInput.of("x").within(new Border("edge", 0)), 1);
        Term point = Terms.of(1, 1, AxisTaps.POINT, Terms.row(10), 0);
        assertThat(SumTerms.whyNot(padded, point)).isEmpty();
        assertThat(SumTerms.whyNot(point, padded)).isEmpty();
    }
}
