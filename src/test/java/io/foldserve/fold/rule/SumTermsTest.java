package io.foldserve.fold.rule;

import static io.foldserve.fold.rule.RuleAssert.assertThatRule;

import io.foldserve.fold.TrainingForms;
import io.foldserve.graph.Attribute;
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
}
