package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.foldserve.fold.FoldedInDoubles.Deviations;
import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Folded layers against PyTorch's own float64 run of their training form (src/test/golden/fold.py). */
class GoldenLayersTest {
    static Stream<Arguments> layers() {
        return goldens().map(layer -> Arguments.of(layer.get("name").asText(), layer));
    }

    /** The golden layers. */
    static Stream<JsonNode> goldens() {
        try (InputStream json = GoldenLayersTest.class.getResourceAsStream("layers.json")) {
            return StreamSupport.stream(new ObjectMapper().readTree(json).spliterator(), false);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The training form of a golden layer. */
    static Graph training(JsonNode golden) {
        return training(golden, tensor(golden.get("x")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void foldsLikePyTorch(String name, JsonNode golden) {
        Tensor x = tensor(golden.get("x"));
        FoldedInDoubles folded = new FoldedInDoubles(training(golden, x));

        Deviations deviations = folded.against(tensor(golden.get("y")).toDoubles(), x);
        assertThat(deviations.border()).as("border of " + name).isLessThanOrEqualTo(1e-13);
        assertThat(deviations.interior()).as("interior of " + name).isLessThanOrEqualTo(1e-13);
    }

    private static Graph training(JsonNode golden, Tensor x) {
        TrainingForms forms = new TrainingForms(0, x.shape());
        JsonNode tensors = golden.get("tensors");
        String y =
                switch (golden.get("kind").asText()) {
                    case "doconv" -> doConv(forms, golden, tensors);
                    case "linear" -> linear(forms, tensors);
                    case "convTranspose" ->
                        forms.convTranspose(
                                "layer",
                                "image",
                                tensor(tensors.get("weight")),
                                find(tensors, "bias"),
                                attributes(golden));
                    default ->
                        forms.conv(
                                "layer",
                                "image",
                                tensor(tensors.get("weight")),
                                find(tensors, "bias"),
                                attributes(golden));
                };
        if (tensors.has("bn.weight")) {
            List<Tensor> statistics = Stream.of("weight", "bias", "running_mean", "running_var")
                    .map(key -> tensor(tensors.get("bn." + key)))
                    .toList();
            y = forms.batchNorm("bn", y, golden.get("eps").asDouble(), statistics);
        }
        return forms.build(y);
    }

    private static String linear(TrainingForms forms, JsonNode tensors) {
        forms.builder().constant("layer.weight", tensor(tensors.get("weight")));
        forms.builder().constant("layer.bias", tensor(tensors.get("bias")));
        List<String> inputs = List.of("image", "layer.weight", "layer.bias");
        return forms.builder().add("Gemm", "layer", inputs, Map.of("transB", Attribute.of(1)));
    }

    private static String doConv(TrainingForms forms, JsonNode golden, JsonNode tensors) {
        String x = "image";
        Map<String, Attribute> attributes = new HashMap<>(attributes(golden));
        String mode = golden.get("mode").asText();
        if (!mode.equals("zeros")) {
            attributes.put("pads", Attribute.ints(0, 0, 0, 0));
            long first = golden.get("padding").get(0).asLong();
            long second = golden.get("padding").get(1).asLong();
            // The reference pads H by the second amount and W by the first.
            Tensor pads = Tensor.ofLongs(Shape.of(8), 0, 0, second, first, 0, 0, second, first);
            List<String> inputs = List.of(x, forms.builder().constant("layer/pad.pads", pads));
            x = forms.builder().add("Pad", "layer/pad", inputs, Map.of("mode", Attribute.of(onnxMode(mode))));
        }
        Shape kernel = new Shape(integers(golden.get("kernel")));
        String w = forms.builder().constant("layer.W", tensor(tensors.get("W")));
        if (!tensors.has("D")) {
            return forms.pointwise("layer", x, kernel, w, find(tensors, "bias"), attributes);
        }
        String d = forms.builder().constant("layer.D", tensor(tensors.get("D")));
        String diagonal = forms.builder().constant("layer.d_diag", tensor(tensors.get("d_diag")));
        int groups = golden.get("groups").asInt();
        return forms.doConv("layer", x, kernel, groups, w, d, diagonal, find(tensors, "bias"), attributes);
    }

    private static String onnxMode(String mode) {
        return switch (mode) {
            case "replicate" -> "edge";
            case "circular" -> "wrap";
            default -> mode;
        };
    }

    private static Map<String, Attribute> attributes(JsonNode golden) {
        Map<String, Attribute> attributes = new HashMap<>();
        attributes.put("strides", Attribute.ints(integers(golden.get("stride"))));
        attributes.put("dilations", Attribute.ints(integers(golden.get("dilation"))));
        attributes.put("group", Attribute.of(golden.get("groups").asLong()));
        List<Integer> pads = new ArrayList<>(integers(golden.get("padding")));
        pads.addAll(integers(golden.get("padding")));
        attributes.put("pads", Attribute.ints(pads));
        if (golden.has("outputPadding") && golden.get("kind").asText().equals("convTranspose")) {
            attributes.put("output_padding", Attribute.ints(integers(golden.get("outputPadding"))));
        }
        return attributes;
    }

    private static List<Integer> integers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asInt)
                .toList();
    }

    private static Optional<Tensor> find(JsonNode tensors, String key) {
        return tensors.has(key) ? Optional.of(tensor(tensors.get(key))) : Optional.empty();
    }

    private static Tensor tensor(JsonNode encoded) {
        byte[] bytes = Base64.getDecoder().decode(encoded.get("bytes").asText());
        DType dtype = encoded.get("dtype").asText().equals("float64") ? DType.FLOAT64 : DType.FLOAT32;
        return Tensor.ofBytes(dtype, new Shape(integers(encoded.get("shape"))), ByteBuffer.wrap(bytes));
    }
}
