package io.foldserve.serving.fit;

import io.foldserve.graph.Attribute;
import io.foldserve.graph.Graph;
import io.foldserve.graph.Value;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.task.TaskKind;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a network's only output into FLOAT32 {@code [1, classes]} for classification, {@code [1, classes, H, W]} for
 * segmentation at the size of the input: what is one picture's is taken out of a batch, axes of extent 1 go or come,
 * channels come first, and another size is resized to, scores bilinearly with half-pixel centres (PyTorch's {@code
 * interpolate} with {@code align_corners=False}), class indices by the nearest.
 */
final class ScoresOutput {
    private static final int ONNX_FLOAT = 1;

    /** The first opset whose Resize knows half-pixel centres, and the first that lets its unused inputs be left out. */
    private static final int RESIZE = 11;

    private static final int OMITTED = 13;

    private final Graph graph;
    private final FitRequest request;
    private final PictureInput input;
    private final Value given;
    private final Addition chain;

    private ScoresOutput(Graph graph, FitRequest request, PictureInput input) {
        this.graph = graph;
        this.request = request;
        this.input = input;
        this.given = graph.outputs().get(0);
        this.chain = new Addition(graph).from(given.name());
    }

    /**
     * {@code graph} with its output so turned, and called {@code logits} if nothing else is.
     *
     * @throws InvalidInputException if the shape cannot be understood
     */
    static Graph of(Graph graph, FitRequest request, PictureInput input) {
        return new ScoresOutput(graph, request, input).turned();
    }

    private Graph turned() {
        Shape shape = single(given.shape().orElseThrow());
        if (!given.dtype().equals(Optional.of(DType.FLOAT32))) {
            chain.cast(ONNX_FLOAT);
        }
        Shape wanted = request.task() == TaskKind.CLASSIFICATION ? classes(shape) : channels(shape);
        if (request.task() == TaskKind.SEGMENTATION) {
            resize(wanted);
            wanted = wanted.with(2, request.input().height())
                    .with(3, request.input().width());
        }
        if (chain.isEmpty() && given.name().equals("logits")) {
            return graph;
        }
        if (chain.isEmpty()) {
            chain.add("Identity", List.of(), Map.of());
        }
        return chain.behind(graph, Value.of(chain.name("logits"), DType.FLOAT32, wanted));
    }

    /** Of a batch that the file fixes all pictures are the same, so the first will do. */
    private Shape single(Shape shape) {
        if (input.batch() <= 1 || shape.rank() == 0 || shape.extent(0) != input.batch()) {
            return shape;
        }
        String first = chain.constant("first", Tensor.ofLongs(Shape.of(1), 0L));
        chain.add("Gather", List.of(first), Map.of("axis", Attribute.of(0)));
        return shape.with(0, 1);
    }

    private Shape classes(Shape shape) {
        List<Integer> wide =
                shape.extents().stream().filter(extent -> extent != 1).toList();
        if (wide.size() > 1) {
            throw refused("classification needs one score for each class, found %s; a map of classes is segmentation"
                    .formatted(given));
        }
        Shape classes = Shape.of(1, wide.isEmpty() ? 1 : wide.get(0));
        if (!shape.equals(classes)) {
            chain.reshape(classes);
        }
        return classes;
    }

    private Shape channels(Shape shape) {
        Shape whole = whole(shape);
        boolean last = isClasses(whole.extent(3)) && (!isClasses(whole.extent(1)) || input.channelsLast());
        if (!shape.equals(whole)) {
            chain.reshape(whole);
        }
        if (!last) {
            return whole;
        }
        chain.add("Transpose", List.of(), Map.of("perm", Attribute.ints(0L, 3L, 1L, 2L)));
        return Shape.of(1, whole.extent(3), whole.extent(1), whole.extent(2));
    }

    /** With four axes. */
    private Shape whole(Shape shape) {
        int height = request.input().height();
        int width = request.input().width();
        if (shape.rank() == 4 && shape.extent(0) == 1) {
            return shape;
        }
        if (shape.rank() == 3 && shape.extent(2) == height * width && isClasses(shape.extent(1))) {
            return Shape.of(1, shape.extent(1), height, width);
        }
        if (shape.rank() == 3) {
            return Shape.of(1, shape.extent(0), shape.extent(1), shape.extent(2));
        }
        if (shape.rank() == 2) {
            return Shape.of(1, 1, shape.extent(0), shape.extent(1));
        }
        throw refused("segmentation needs scores 1×classes×H×W or class indices 1×H×W, found " + given);
    }

    private boolean isClasses(int channels) {
        return channels == request.labels() || (channels == 1 && (request.labels() == 2 || !isReal()));
    }

    private boolean isReal() {
        return given.dtype().filter(DType::isFloating).isPresent();
    }

    private void resize(Shape from) {
        int height = request.input().height();
        int width = request.input().width();
        if (from.extent(2) == height && from.extent(3) == width) {
            return;
        }
        if (graph.opset() < RESIZE) {
            String rows = chain.constant("rows", ResizeMatrix.of(from.extent(2), height, isReal()));
            String columns = chain.constant("columns", ResizeMatrix.transposed(from.extent(3), width, isReal()));
            chain.addNode("MatMul", List.of(rows, chain.last()), Map.of());
            chain.add("MatMul", List.of(columns), Map.of());
            return;
        }
        String sizes = chain.constant("sizes", Tensor.ofLongs(Shape.of(4), 1L, from.extent(1), height, width));
        String none = graph.opset() < OMITTED ? chain.constant("none", Tensor.ofFloats(Shape.of(0))) : "";
        Map<String, Attribute> how = isReal()
                ? Map.of("mode", Attribute.of("linear"), "coordinate_transformation_mode", Attribute.of("half_pixel"))
                : Map.of(
                        "mode", Attribute.of("nearest"),
                        "nearest_mode", Attribute.of("floor"),
                        "coordinate_transformation_mode", Attribute.of("asymmetric"));
        chain.add("Resize", List.of(none, none, sizes), how);
    }

    private InvalidInputException refused(String problem) {
        return new InvalidInputException(request.subject(), problem);
    }
}
