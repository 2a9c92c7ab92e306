package io.foldserve.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Node;
import io.foldserve.graph.UnknownOperatorException;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MagnitudeTest {

    @Test
    void sumsTheAbsoluteTermsOfAConvolutionThatCancel() {
        Node conv = new Node("conv", "", "Conv", List.of("x", "k", "b"), List.of("y"), Map.of());
        Tensor x = Tensor.ofFloats(Shape.of(1, 2, 1), 3, 3);
        Tensor k = Tensor.ofFloats(Shape.of(1, 2, 1), 2, -2);
        Tensor b = Tensor.ofFloats(Shape.of(1), -1);
        assertThat(Evaluator.evaluate(conv, List.of(x, k, b))).containsExactly(Tensor.ofDoubles(Shape.of(1, 1, 1), -1));
        assertThat(Magnitude.of(conv, List.of(x, k, b))).isEqualTo(Tensor.ofDoubles(Shape.of(1, 1, 1), 13));
    }

    @Test
    void takesTheAbsoluteFactorsOfAGemm() {
        Node gemm = new Node(
                "gemm",
                "",
                "Gemm",
                List.of("a", "b", "c"),
                List.of("y"),
                Map.of("alpha", Attribute.of(-2.0), "beta", Attribute.of(-1.0)));
        Tensor a = Tensor.ofFloats(Shape.of(1, 2), 1, -1);
        Tensor b = Tensor.ofFloats(Shape.of(2, 1), 4, 5);
        Tensor c = Tensor.ofFloats(Shape.of(1), 7);
        assertThat(Magnitude.of(gemm, List.of(a, b, c))).isEqualTo(Tensor.ofDoubles(Shape.of(1, 1), 25));
    }

    @Test
    void refusesAnOperatorThatIsNotLinear() {
        Node relu = new Node("relu", "", "Relu", List.of("x"), List.of("y"), Map.of());
        Tensor x = Tensor.ofFloats(Shape.of(1), 1);
        assertThatThrownBy(() -> Magnitude.of(relu, List.of(x)))
                .isInstanceOf(UnknownOperatorException.class)
                .hasMessageContaining("relu")
                .hasMessageContaining("Relu");
    }
}
