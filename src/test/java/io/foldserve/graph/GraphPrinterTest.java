package io.foldserve.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphPrinterTest {

    @Test
    void alignsColumnsAndPrintsBigTensorsByTypeAndShape() {
        GraphBuilder builder = new GraphBuilder("tiny");
        String image = builder.input(Value.of("image", DType.FLOAT32, Shape.of(1, 3, 4, 4)));
        builder.constant("conv.weight", Tensor.ofFloats(Shape.of(1, 3, 2, 2), new float[12]));
        builder.constant("shape", Tensor.ofLongs(Shape.of(2), 1, -1));
        builder.add("Conv", "conv", List.of(image, "conv.weight"), Map.of("strides", Attribute.ints(2, 2)));
        builder.add("Reshape", "flat", List.of("conv", "shape"));
        builder.add("Mystery", "odd", List.of("flat"), Map.of("mode", Attribute.of("x"), "ratio", Attribute.of(0.5)));
        builder.output(Value.of("odd", DType.FLOAT32, Shape.of(1, 4)));
        assertThat(GraphPrinter.print(builder.build())).isEqualTo("""
            graph tiny (3 nodes, 2 constants), opset 19
            inputs:
              image FLOAT32 1×3×4×4
            constants:
              conv.weight FLOAT32 1×3×2×2
              shape       INT64 2 [1, -1]
            nodes:
              conv = Conv(image, conv.weight) 1×1×2×2 strides=[2, 2]
              flat = Reshape(conv, shape)     1×4
              odd  = Mystery(flat)            ?       mode=x ratio=0.5
            outputs:
              odd FLOAT32 1×4
            """);
    }

    @Test
    void printsAGraphWithoutAnything() {
        assertThat(GraphPrinter.print(new GraphBuilder("empty").build()))
                .isEqualTo("graph empty (0 nodes, 0 constants), opset 19\ninputs:\nconstants:\nnodes:\noutputs:\n");
    }
}
