package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.fold.facts.ShapePrograms;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.graph.Value.Dimension;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which extents and bounds become constants in a network whose batch and size are open, and which stay computed. */
class ShapeProgramsTest {
    private static final Dimension OPEN = Dimension.named("n");
    private static final int INT32 = 6;

    private final TrainingForms forms = new TrainingForms(4, Shape.of(1, 4, 8, 8));

    private Graph withConstantShapes(String... outputs) {
        Graph fixed = forms.build(outputs);
        List<Dimension> dimensions = List.of(OPEN, Dimension.fixed(4), Dimension.named("h"), Dimension.named("w"));
        Value image = new Value("image", DType.FLOAT32, dimensions);
        return ShapePrograms.withConstantShapes(
                fixed.with(List.of(image), fixed.outputs(), fixed.nodes(), fixed.constants()));
    }

    private String longs(String name, long... elements) {
        return forms.builder().constant(name, Tensor.ofLongs(Shape.of(elements.length), elements));
    }

    private String extent(String name, long axis) {
        String shape = forms.builder().add("Shape", name + ".shape", List.of("image"));
        return forms.builder().add("Gather", name, List.of(shape, longs(name + ".axis", axis)));
    }

    private String scaledBy(String extent) {
        String ones = forms.builder().add("ConstantOfShape", "ones", List.of(extent));
        return forms.builder().add("Mul", "scaled", List.of("image", ones));
    }

    private String cut(String start, String end) {
        return forms.builder().add("Slice", "cut", List.of("image", start, end));
    }

    private static List<String> operators(Graph graph) {
        return graph.nodes().stream().map(Node::op).toList();
    }

    @Test
    void takesTheChannelsOfAnOpenShapeForAConstant() {
        Graph settled = withConstantShapes(scaledBy(extent("channels", 1)));
        assertThat(operators(settled)).containsExactly("ConstantOfShape", "Mul");
        assertThat(settled.constant("channels").orElseThrow().toLongs()).containsExactly(4);
    }

    @Test
    void keepsAnExtentThatIsOpen() {
        assertThat(operators(withConstantShapes(scaledBy(extent("width", 3)))))
                .containsExactly("Shape", "Gather", "ConstantOfShape", "Mul");
    }

    /** All usual sizes are multiples of 32, and nothing is missing to one. */
    @Test
    void keepsABoundThatIsTheSameForRoundSizesOnly() {
        String height = extent("height", 2);
        String whole = forms.builder().add("Div", "whole", List.of(height, longs("unit", 32)));
        String reached = forms.builder().add("Mul", "reached", List.of(whole, "unit"));
        String rest = forms.builder().add("Sub", "rest", List.of(height, reached));

        assertThat(operators(withConstantShapes(cut(rest, longs("end", Long.MAX_VALUE)))))
                .containsExactly("Shape", "Gather", "Div", "Mul", "Sub", "Slice");
    }

    /** No tensor has as many elements as are assumed of it. */
    @Test
    void keepsWhatIsComputedOfAnInputThatIsOpenThroughout() {
        Graph fixed = forms.build(scaledBy(extent("channels", 1)));
        Value image = new Value("image", DType.FLOAT32, List.of(OPEN, OPEN, OPEN, OPEN));

        assertThat(operators(ShapePrograms.withConstantShapes(
                        fixed.with(List.of(image), fixed.outputs(), fixed.nodes(), fixed.constants()))))
                .containsExactly("Shape", "Gather", "ConstantOfShape", "Mul");
    }

    @Test
    void keepsAnExtentThatIsAnOutput() {
        assertThat(operators(withConstantShapes(extent("channels", 1)))).containsExactly("Shape", "Gather");
    }

    @Test
    void writesABoundThatConstantsCompute() {
        String start = forms.builder().add("Add", "start", List.of(longs("one", 1), longs("zero", 0)));
        Graph settled = withConstantShapes(cut(start, longs("end", 3)));
        assertThat(operators(settled)).containsExactly("Slice");
        assertThat(settled.constant("cut.bound1").orElseThrow().toLongs()).containsExactly(1);
    }

    @Test
    void keepsBoundsOf32BitsForAllBoundsOfASliceAreOfOneType() {
        Map<String, Attribute> narrow = Map.of("to", Attribute.of(INT32));
        String start = forms.builder().add("Cast", "start", List.of(longs("one", 1)), narrow);
        String end = forms.builder().add("Cast", "end", List.of(extent("width", 3)), narrow);
        assertThat(operators(withConstantShapes(cut(start, end))))
                .containsExactly("Cast", "Shape", "Gather", "Cast", "Slice");
    }
}
