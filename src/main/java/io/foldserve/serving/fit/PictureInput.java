package io.foldserve.serving.fit;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Node;
import io.foldserve.graph.Value;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.task.Preprocessing;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a network takes a picture: its axes (with a batch or without, channels first or last), their extents, its element
 * type. Immutable.
 *
 * @param value the network's input, its open extents settled
 * @param channelsLast whether the channels are the last axis
 * @param batch the extent of the batch axis; 0 if there is none
 */
record PictureInput(Value value, boolean channelsLast, int batch) {
    private static final Map<DType, Integer> NUMBERS = Map.of(
            DType.FLOAT32, 1,
            DType.UINT8, 2,
            DType.INT32, 6,
            DType.INT64, 7,
            DType.FLOAT16, 10,
            DType.FLOAT64, 11,
            DType.BFLOAT16, 16);

    /**
     * The only input of {@code graph}, for pictures as {@code made}.
     *
     * @throws InvalidInputException if a picture does not go in
     */
    static PictureInput of(Graph graph, Preprocessing made, String subject) {
        Shape image = image(made);
        Optional<PictureInput> found =
                graph.inputs().size() == 1 ? fit(graph, graph.inputs().get(0), image) : Optional.empty();
        return found.orElseThrow(() -> new InvalidInputException(
                subject,
                "expected one input FLOAT32 %s, with names for open extents, or with channels last (1×H×W×C), found %s"
                        .formatted(image, graph.inputs())));
    }

    private static Shape image(Preprocessing made) {
        return Shape.of(1, made.colour().channels(), made.height(), made.width());
    }

    private static Optional<PictureInput> fit(Graph graph, Value input, Shape image) {
        List<Value.Dimension> axes = input.dimensions().orElse(List.of());
        boolean known = input.dtype().filter(NUMBERS::containsKey).isPresent();
        int rank = axes.size();
        if (!known || rank < 2 || rank > 4) {
            return Optional.empty();
        }
        List<Integer> first = List.of(image.extent(1), image.extent(2), image.extent(3));
        List<Integer> last = List.of(image.extent(2), image.extent(3), image.extent(1));
        if (rank == 2) {
            List<Integer> plane = first.subList(1, 3);
            return image.extent(1) == 1 && takes(axes, plane)
                    ? Optional.of(with(input, plane, false, 0))
                    : Optional.empty();
        }
        List<Value.Dimension> picture = axes.subList(rank - 3, rank);
        boolean byFirst = takes(picture, first);
        boolean byLast = takes(picture, last);
        if (!byFirst && !byLast) {
            return Optional.empty();
        }
        boolean channelsLast = byLast && (!byFirst || isTransposedFirst(graph, input));
        int batch = rank == 3 ? 0 : axes.get(0).isFixed() ? axes.get(0).extent() : 1;
        return batch < 0 || (rank == 4 && batch == 0)
                ? Optional.empty()
                : Optional.of(with(input, channelsLast ? last : first, channelsLast, batch));
    }

    /** Where the extents leave it open, the network's own first Transpose tells. */
    private static boolean isTransposedFirst(Graph graph, Value input) {
        List<Node> readers = graph.consumers(input.name());
        return !readers.isEmpty()
                && readers.stream()
                        .allMatch(node -> node.is("Transpose")
                                && node.integers("perm", List.of()).equals(List.of(0, 3, 1, 2)));
    }

    private static boolean takes(List<Value.Dimension> axes, List<Integer> extents) {
        for (int axis = 0; axis < extents.size(); axis++) {
            if (axes.get(axis).isFixed() && axes.get(axis).extent() != extents.get(axis)) {
                return false;
            }
        }
        return true;
    }

    private static PictureInput with(Value input, List<Integer> picture, boolean channelsLast, int batch) {
        List<Integer> extents = new ArrayList<>(picture);
        if (batch > 0) {
            extents.add(0, batch);
        }
        Value settled = Value.of(input.name(), input.dtype().orElseThrow(), new Shape(extents));
        return new PictureInput(settled, channelsLast, batch);
    }

    /**
     * {@code graph} taking FLOAT32 {@code [1, C, H, W]}, turned into what the network takes.
     *
     * @throws InvalidInputException if the network takes whole pixel values, but the manifest normalises them
     */
    Graph given(Graph graph, Preprocessing made, String subject) {
        Shape image = image(made);
        DType dtype = value.dtype().orElseThrow();
        Value picture = Value.of(value.name(), DType.FLOAT32, image);
        boolean asItIs = dtype == DType.FLOAT32 && value.shape().equals(Optional.of(image)) && !channelsLast;
        if (asItIs) {
            return graph.with(List.of(picture), graph.outputs(), graph.nodes(), graph.constants());
        }
        Addition chain = new Addition(graph);
        String name = chain.name("picture");
        chain.from(name);
        if (!dtype.isFloating()) {
            pixels(chain, made, subject);
        }
        if (channelsLast) {
            chain.add("Transpose", List.of(), Map.of("perm", Attribute.ints(0L, 2L, 3L, 1L)));
        }
        if (batch == 0) {
            chain.reshape(value.shape().orElseThrow());
        } else if (batch > 1) {
            chain.addNode("Concat", Collections.nCopies(batch, chain.last()), Map.of("axis", Attribute.of(0)));
        }
        if (dtype != DType.FLOAT32) {
            chain.cast(Optional.ofNullable(NUMBERS.get(dtype)).orElseThrow());
        }
        return chain.before(graph, Value.of(name, DType.FLOAT32, image), value.name());
    }

    /** Back to 0…255; the half makes that the cast, which cuts off, rounds. */
    private static void pixels(Addition chain, Preprocessing made, String subject) {
        boolean plain = made.mean().stream().allMatch(mean -> mean == 0)
                && made.std().stream().allMatch(std -> std == 1);
        if (!plain) {
            throw new InvalidInputException(
                    subject,
                    "the network takes pixels from 0 to 255 as whole numbers (UINT8 or wider) and normalises them; "
                            + "leave out input.mean and input.std");
        }
        Shape scalar = Shape.of(1, 1, 1, 1);
        chain.add(
                "Mul", List.of(chain.constant("full", Tensor.ofFloats(scalar, (float) (1 / made.scale())))), Map.of());
        chain.add("Add", List.of(chain.constant("half", Tensor.ofFloats(scalar, 0.5f))), Map.of());
    }
}
